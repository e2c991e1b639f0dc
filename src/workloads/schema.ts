import { type TSchema, Type } from 'typebox';

/** A field that may be missing or null. Go's JSON omits empty fields. Hand-written YAML leaves them null. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

export const StringMap = Type.Record(Type.String(), Type.String());

/** The part of meta/v1 ObjectMeta that lockstep reads. All schemas allow and keep unknown fields. */
export const ObjectMeta = Type.Object({
  name: maybe(Type.String()),
  generateName: maybe(Type.String()),
  namespace: maybe(Type.String()),
  uid: maybe(Type.String()),
  resourceVersion: maybe(Type.String()),
  generation: maybe(Type.Integer()),
  labels: maybe(StringMap),
  annotations: maybe(StringMap),
});
