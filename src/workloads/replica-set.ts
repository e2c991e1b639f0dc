import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';

const OwnerReference = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  uid: Type.String(),
  controller: maybe(Type.Boolean()),
});

/** The metadata of an object that others may own. */
export const OwnedMeta = Type.Intersect([
  ObjectMeta,
  Type.Object({
    ownerReferences: maybe(Type.Array(OwnerReference)),
    creationTimestamp: maybe(Type.String()),
  }),
]);

export type OwnedMeta = Static<typeof OwnedMeta>;

/** The part of an apps/v1 ReplicaSet that lockstep reads. */
export const ReplicaSet = Type.Object({
  metadata: OwnedMeta,
  spec: Type.Object({ replicas: maybe(Type.Integer()), template: maybe(PodTemplate) }),
});

export type ReplicaSet = Static<typeof ReplicaSet>;

/** The controller of an object, if it is of this kind. */
export function controllerOf(meta: OwnedMeta, kind: string): { name: string; uid: string } | undefined {
  return meta.ownerReferences?.find((owner) => owner.controller === true && owner.kind === kind);
}
