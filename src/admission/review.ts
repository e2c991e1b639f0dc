import { type Static, type TSchema, Type } from 'typebox';
import { AnyWorkload } from '../workloads/kinds.ts';
import { Pod } from '../workloads/pod.ts';
import { ReplicaSet } from '../workloads/replica-set.ts';
import { maybe } from '../workloads/schema.ts';

/** An admission.k8s.io/v1 AdmissionReview of objects of one schema: the fields that lockstep reads. */
const review = <T extends TSchema>(object: T) =>
  Type.Object({
    apiVersion: Type.Literal('admission.k8s.io/v1'),
    kind: Type.Literal('AdmissionReview'),
    request: Type.Object({
      uid: Type.String({ minLength: 1 }),
      resource: maybe(Type.Object({ group: Type.String(), resource: Type.String() })),
      name: maybe(Type.String()),
      namespace: Type.String({ minLength: 1 }),
      operation: Type.Union([Type.Literal('CREATE'), Type.Literal('UPDATE')]),
      dryRun: maybe(Type.Boolean()),
      object,
      oldObject: maybe(object),
    }),
  });

/** autoscaling/v1 Scale: `replicas` is omitted when it is 0. */
const Scale = Type.Object({
  metadata: Type.Object({ name: Type.String({ minLength: 1 }) }),
  spec: maybe(Type.Object({ replicas: maybe(Type.Integer()) })),
});

export const TemplateReview = review(AnyWorkload);
export const ScaleReview = review(Scale);
export const CeilingReview = review(ReplicaSet);
export const PodReview = review(Pod);

/** The API server appends its own timeout: `?timeout=5s` (a Go duration in whole seconds). */
export const ReviewQuery = Type.Object({ timeout: Type.Optional(Type.String()) });

export type TemplateRequest = Static<typeof TemplateReview>['request'];
export type ScaleRequest = Static<typeof ScaleReview>['request'];
export type CeilingRequest = Static<typeof CeilingReview>['request'];
export type PodRequest = Static<typeof PodReview>['request'];
