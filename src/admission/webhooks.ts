import type { Static } from 'typebox';
import { kindOfResource } from '../workloads/kinds.ts';
import { reviewCeiling } from './ceiling.ts';
import { reviewConfigured } from './configured.ts';
import { reviewJob } from './job.ts';
import { reviewNode } from './node.ts';
import { leave } from './outcome.ts';
import { reviewPod } from './pod.ts';
import { mayDenyPod } from './pod-denial.ts';
import { CeilingReview, NodeReview, PodReview, ScaleReview, TemplateReview } from './review.ts';
import { reviewScale } from './scale.ts';
import { reviewTemplate } from './template.ts';
import { type Webhook, webhook } from './webhook.ts';

export type { Webhook } from './webhook.ts';

/** What the webhooks of whole pods have in common. */
const OF_PODS = {
  schema: PodReview,
  singularOf: () => 'pod',
  subjectOf: ({ request }: Static<typeof PodReview>) => request,
};

/** All webhooks, one row each. */
export const WEBHOOKS: readonly Webhook[] = [
  webhook({
    name: 'template',
    schema: TemplateReview,
    pathOptions: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewTemplate(deps, request, context),
  }),
  webhook({
    name: 'scale',
    schema: ScaleReview,
    pathOptions: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewScale(deps, request, context),
  }),
  webhook({
    name: 'pod',
    ...OF_PODS,
    pathOptions: ['on-error'],
    mayDeny: ({ kinds }, { request }, reason) => mayDenyPod(kinds, request.object, reason),
    review: (deps, { request }, context) => reviewPod(deps, request, context),
  }),
  webhook({
    name: 'job',
    ...OF_PODS,
    pathOptions: ['on-error', 'pin'],
    asksByPath: true,
    review: (deps, { request }, context) => reviewJob(deps, request, context),
  }),
  webhook({
    name: 'node',
    schema: NodeReview,
    // Never `deny`: the pods of a node come first.
    pathOptions: ['pin'],
    singularOf: () => 'pod',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewNode(deps, request, context),
  }),
  webhook({
    name: 'configured',
    ...OF_PODS,
    // Never `deny`: the kubelet holds what lockstep cannot check.
    pathOptions: [],
    review: (deps, { request }, context) => reviewConfigured(deps, request, context),
  }),
  webhook({
    name: 'ceiling',
    schema: CeilingReview,
    // Never `deny`: controllers make most of these calls, and capacity comes first.
    pathOptions: [],
    singularOf: () => 'replicaset',
    subjectOf: ({ request }) => request,
    review: async (deps, { request }, context) =>
      deps.ceiling ? reviewCeiling(deps, deps.ceiling, request, context) : leave('switched-off'),
  }),
];
