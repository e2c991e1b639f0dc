import { type Static, type TSchema, Type } from 'typebox';
import { DNS_LABEL } from '../dns-names.ts';
import { maybe } from '../schema.ts';
import { AnyWorkload } from '../workloads/kinds.ts';
import { Pod } from '../workloads/pod.ts';
import { OwnedMeta, ReplicaSet } from '../workloads/replica-set.ts';

/**
 * A DNS label, as the API server requires. The name of a namespace goes into paths of the API, so lockstep takes
 * nothing else.
 */
const Namespace = Type.String({ pattern: DNS_LABEL });

/** The fields that lockstep reads of an admission.k8s.io/v1 AdmissionReview, for objects of one schema. */
const reviewOf = <T extends TSchema>(object: T) =>
  Type.Object({
    apiVersion: Type.Literal('admission.k8s.io/v1'),
    kind: Type.Literal('AdmissionReview'),
    request: Type.Object({
      uid: Type.String({ minLength: 1 }),
      resource: maybe(Type.Object({ group: Type.String(), resource: Type.String() })),
      subResource: maybe(Type.String()),
      name: maybe(Type.String()),
      namespace: Namespace,
      operation: Type.Union([Type.Literal('CREATE'), Type.Literal('UPDATE')]),
      dryRun: maybe(Type.Boolean()),
      options: maybe(Type.Object({ fieldManager: maybe(Type.String()) })),
      /** Who makes the call. The API server has authenticated this user; another client may send any text. */
      userInfo: maybe(Type.Object({ username: maybe(Type.String()) })),
      object,
      oldObject: maybe(object),
    }),
  });

/** autoscaling/v1 Scale. The API server omits `replicas` if it is 0. */
const Scale = Type.Object({
  metadata: Type.Object({
    name: Type.String({ minLength: 1 }),
    /** The version of the workload that the caller means to scale. */
    resourceVersion: maybe(Type.String()),
  }),
  spec: maybe(Type.Object({ replicas: maybe(Type.Integer()) })),
});

export const TemplateReview = reviewOf(AnyWorkload);
export const ScaleReview = reviewOf(Scale);
/** A ReplicaSet, or the Scale of one. Both have the replicas at one place, and a Scale has nothing else. */
export const CeilingReview = reviewOf(ReplicaSet);
export const PodReview = reviewOf(Pod);

/** The API server appends its own timeout: `?timeout=5s` (a Go duration in whole seconds). */
export const ReviewQuery = Type.Object({ timeout: Type.Optional(Type.String()) });

export type TemplateRequest = Static<typeof TemplateReview>['request'];
export type ScaleRequest = Static<typeof ScaleReview>['request'];
export type CeilingRequest = Static<typeof CeilingReview>['request'];
/** Of a pod that a DaemonSet controls. */
export const NodeReview = reviewOf(Type.Object({ metadata: OwnedMeta }));
export type NodeRequest = Static<typeof NodeReview>['request'];
export type PodRequest = Static<typeof PodReview>['request'];
