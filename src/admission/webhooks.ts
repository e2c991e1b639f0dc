import type { Static, TSchema } from 'typebox';
import type { OnError } from '../policy/on-error.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewAbout } from './admit.ts';
import { reviewCeiling } from './ceiling.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { leave, type Outcome } from './outcome.ts';
import { reviewPod } from './pod.ts';
import { CeilingReview, PodReview, ScaleReview, TemplateReview } from './review.ts';
import { reviewScale } from './scale.ts';
import { reviewTemplate } from './template.ts';

/** One webhook: what it takes, how it answers, and at which paths. */
export interface Webhook {
  /** Its name in paths, logs and metrics. */
  readonly name: 'template' | 'scale' | 'ceiling' | 'pod';
  /** Of the request's body. */
  readonly schema: TSchema;
  /** What its paths say of the call's namespace, beside the webhook's name. */
  readonly told: readonly ('on-error' | 'pin')[];
  /** @param body one that the schema has let through */
  aboutOf(deps: ReviewDeps, body: unknown): ReviewAbout;
  /** @param body one that the schema has let through */
  review(deps: ReviewDeps, body: unknown, context: ReviewContext): Promise<Outcome>;
}

/** The parts of every review that say what it is of. */
interface Subject {
  readonly uid: string;
  readonly namespace: string;
  readonly name?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly object: {
    readonly metadata: { readonly name?: string | null; readonly generateName?: string | null };
  };
}

interface Row<Schema extends TSchema> {
  readonly name: Webhook['name'];
  readonly schema: Schema;
  readonly told: Webhook['told'];
  /** Of the object under review, as in `deployment/web`. */
  readonly singularOf: (deps: ReviewDeps, body: Static<Schema>) => string;
  readonly subjectOf: (body: Static<Schema>) => Subject;
  readonly review: (deps: ReviewDeps, body: Static<Schema>, context: ReviewContext) => Promise<Outcome>;
}

/** Inference: what the row's functions take is what its schema describes. */
function webhook<Schema extends TSchema>(row: Row<Schema>): Webhook {
  const { name, schema, told, singularOf, subjectOf, review } = row;
  return {
    name,
    schema,
    told,
    aboutOf(deps, body: Static<Schema>) {
      const { uid, namespace, name: called, dryRun, object } = subjectOf(body);
      const named = { ...object.metadata, name: called || object.metadata.name || null };
      const subject = displayName(singularOf(deps, body), named);
      return { webhook: name, namespace, subject, uid, dryRun: dryRun ?? false };
    },
    review,
  };
}

/** Every webhook, one row each. */
export const WEBHOOKS: readonly Webhook[] = [
  webhook({
    name: 'template',
    schema: TemplateReview,
    told: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewTemplate(deps, request, context),
  }),
  webhook({
    name: 'scale',
    schema: ScaleReview,
    told: ['on-error', 'pin'],
    singularOf: ({ kinds }, { request }) => kindOfResource(kinds, request.resource)?.singular ?? 'object',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewScale(deps, request, context),
  }),
  webhook({
    name: 'pod',
    schema: PodReview,
    told: ['on-error'],
    singularOf: () => 'pod',
    subjectOf: ({ request }) => request,
    review: (deps, { request }, context) => reviewPod(deps, request, context),
  }),
  webhook({
    name: 'ceiling',
    schema: CeilingReview,
    // Never `deny`: what cannot be checked here is a controller's, and capacity comes first.
    told: [],
    singularOf: () => 'replicaset',
    subjectOf: ({ request }) => request,
    review: async (deps, { request }, { signal }) =>
      deps.ceiling ? reviewCeiling(deps, request, signal) : leave('switched-off'),
  }),
];

/** A path of a webhook, and what it says of the call's namespace. */
export interface Route {
  readonly path: string;
  readonly onError: OnError;
  readonly pinNamespace: boolean;
}

/**
 * The paths of a webhook. The registration sends namespaces that are labelled otherwise than the cluster's
 * default to a path of their own. So the labels need not be read when the API server is what fails, and
 * failurePolicy can follow them.
 * @param onError what the cluster's owner chose; it applies where the path does not say
 */
export function routesOf({ name, told }: Webhook, onError: OnError): Route[] {
  const root = `/admission/${name}`;
  if (!told.includes('on-error')) return [{ path: root, onError: 'allow', pinNamespace: false }];
  const byOnError = [
    { path: root, onError },
    { path: `${root}/allow`, onError: 'allow' },
    { path: `${root}/deny`, onError: 'deny' },
  ] as const;
  return byOnError.flatMap((route) => {
    const plain = { ...route, pinNamespace: false };
    const pinned = { ...route, path: `${route.path}/pin`, pinNamespace: true };
    return told.includes('pin') ? [plain, pinned] : [plain];
  });
}
