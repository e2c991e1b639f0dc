import jsonpatch, { type Operation } from 'fast-json-patch';
import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';

const OwnerReference = Type.Object({
  apiVersion: maybe(Type.String()),
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
    deletionTimestamp: maybe(Type.String()),
  }),
]);

export type OwnedMeta = Static<typeof OwnedMeta>;

/** The metadata of a ReplicaSet, with what tells since when it is the one of its Deployment's template. */
const DatedMeta = Type.Intersect([
  OwnedMeta,
  Type.Object({
    managedFields: maybe(
      Type.Array(Type.Object({ time: maybe(Type.String()), subresource: maybe(Type.String()) })),
    ),
  }),
]);

/** The part of an apps/v1 ReplicaSet that lockstep reads. */
export const ReplicaSet = Type.Object({
  metadata: DatedMeta,
  spec: Type.Object({ replicas: maybe(Type.Integer()), template: maybe(PodTemplate) }),
  status: maybe(Type.Object({ readyReplicas: maybe(Type.Integer()) })),
});

export type ReplicaSet = Static<typeof ReplicaSet>;

/** The Deployment controller's label on its ReplicaSets and their pods. */
export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** The Rollouts controller's label on its ReplicaSets and their pods. */
export const ROLLOUTS_POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';

/** The Deployment controller writes this when a template comes back: the numbers that it had before. */
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';

/** Times of objects have steps of a second. */
const STEP_MS = 1_000;

/**
 * When a ReplicaSet became the one of its Deployment's template, in milliseconds since the epoch. If in doubt, a
 * later time. Undefined: nothing tells.
 *
 * A template that comes back re-uses its old ReplicaSet, whose creation tells nothing. The Deployment controller
 * then writes a new revision to it. So the last write to anything but its status and scale is later than that.
 */
export function currentSinceMs({
  annotations,
  creationTimestamp,
  managedFields,
}: ReplicaSet['metadata']): number | undefined {
  const cameBack = annotations?.[REVISION_HISTORY] !== undefined;
  const written = (managedFields ?? []).filter(({ subresource }) => !subresource).map(({ time }) => time);
  const times = (cameBack ? written : [creationTimestamp]).map((time) => Date.parse(time ?? ''));
  const newest = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return Number.isFinite(newest) ? newest + STEP_MS : undefined;
}

/** The size that the Deployment had when the Deployment controller last sized the ReplicaSet. */
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';

/**
 * The patch that caps the size of a ReplicaSet. It also removes the annotation of a size that the ReplicaSet
 * does not get. The Deployment controller would take the difference for a scale-up under way. If the Deployment
 * is then scaled to the capped size, the controller finds nothing to scale, and never rolls.
 */
export function sizePatch({ metadata }: ReplicaSet, replicas: number): readonly Operation[] {
  const size: Operation = { op: 'replace', path: '/spec/replicas', value: replicas };
  if (metadata.annotations?.[DESIRED_REPLICAS] === undefined) return [size];
  return [
    size,
    { op: 'remove', path: `/metadata/annotations/${jsonpatch.escapePathComponent(DESIRED_REPLICAS)}` },
  ];
}

/** The object that controls another one. Undefined: none does. */
export const anyControllerOf = ({ ownerReferences }: Pick<OwnedMeta, 'ownerReferences'>) =>
  ownerReferences?.find(({ controller }) => controller === true);

/** The controller of an object, if it is of this kind. */
export function controllerOf(meta: OwnedMeta, kind: string): { name: string; uid: string } | undefined {
  return meta.ownerReferences?.find((owner) => owner.controller === true && owner.kind === kind);
}
