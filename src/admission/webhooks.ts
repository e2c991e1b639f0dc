import type { Static } from 'typebox';
import { DAEMON_SET } from '../workloads/daemon-set.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import { reviewCeiling } from './ceiling.ts';
import { reviewConfigured } from './configured.ts';
import type { ReviewDeps } from './deps.ts';
import { reviewJob } from './job.ts';
import type { NamedWorkload } from './managed-now.ts';
import { reviewNode } from './node.ts';
import { leave } from './outcome.ts';
import { reviewPod } from './pod.ts';
import { mayDenyPod } from './pod-denial.ts';
import {
  CeilingReview,
  type NodeRequest,
  NodeReview,
  PodReview,
  ScaleReview,
  TemplateReview,
} from './review.ts';
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

type Reviewed = Pick<Static<typeof TemplateReview>['request'], 'resource' | 'namespace'> & {
  readonly object: { readonly metadata: { readonly name?: string | null } };
};

/** The workload of a call on it, or on its scale. */
function reviewedWorkload(
  { kinds }: ReviewDeps,
  { resource, namespace, object }: Reviewed,
): NamedWorkload | undefined {
  const kind = kindOfResource(kinds, resource);
  const { name } = object.metadata;
  return kind && name ? { kind, namespace, name } : undefined;
}

function daemonSetOf({ kinds }: ReviewDeps, { namespace, object }: NodeRequest): NamedWorkload | undefined {
  const kind = kinds.find((row) => row === DAEMON_SET);
  const owner = kind && controllerOf(object.metadata, kind.kind);
  return owner && { kind, namespace, name: owner.name };
}

/** All webhooks, one row each. */
export const WEBHOOKS: readonly Webhook[] = [
  webhook({
    name: 'template',
    schema: TemplateReview,
    pathOptions: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    workloadOf: (deps, { request }) => reviewedWorkload(deps, request),
    review: (deps, { request }, context) => reviewTemplate(deps, request, context),
  }),
  webhook({
    name: 'scale',
    schema: ScaleReview,
    pathOptions: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    workloadOf: (deps, { request }) => reviewedWorkload(deps, request),
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
    workloadOf: (deps, { request }) => daemonSetOf(deps, request),
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
