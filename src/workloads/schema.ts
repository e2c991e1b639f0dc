import { Type } from 'typebox';
import { apart, maybe, StringMap } from '../schema.ts';

/** The part of meta/v1 ObjectMeta that lockstep reads. All schemas allow and keep unknown fields. */
export const ObjectMeta = apart(
  Type.Object({
    name: maybe(Type.String()),
    generateName: maybe(Type.String()),
    namespace: maybe(Type.String()),
    uid: maybe(Type.String()),
    resourceVersion: maybe(Type.String()),
    generation: maybe(Type.Integer()),
    creationTimestamp: maybe(Type.String()),
    labels: maybe(StringMap),
    annotations: maybe(StringMap),
  }),
);
