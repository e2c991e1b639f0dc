import type { Static, TSchema } from 'typebox';
import { isInScope } from '../policy/scope.ts';
import { NAME_IN_LOG, truncate, USER_IN_LOG } from '../policy/wording.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import type { NamedWorkload } from './managed-now.ts';
import { type FailReason, leave, type Outcome } from './outcome.ts';
import type { ReviewAbout } from './review-about.ts';

/** One webhook: the schema of its requests, its handler, and what its paths can say. */
export interface Webhook {
  /** Its name in paths, logs and metrics. */
  readonly name: 'template' | 'scale' | 'ceiling' | 'pod' | 'job' | 'node' | 'configured';
  /** The schema of the request's body. */
  readonly schema: TSchema;
  /** What a path can say about the call's namespace, after the webhook's name. */
  readonly pathOptions: readonly ('on-error' | 'pin')[];
  /**
   * Only the path tells whether the object asks for what the webhook does. If the path says nothing, a call that
   * could not be checked succeeds: most likely it asks for nothing.
   */
  readonly asksByPath: boolean;
  /** @param body fits the schema */
  aboutOf(deps: ReviewDeps, body: unknown): ReviewAbout;
  /** The workload that the call is about. Undefined: it names none, or is about a pod that others report. */
  workloadOf(deps: ReviewDeps, body: unknown): NamedWorkload | undefined;
  /** Whether a call that could not be checked may be denied for this reason, if errors deny. */
  mayDeny(deps: ReviewDeps, body: unknown, reason: FailReason): boolean;
  /** @param body fits the schema */
  review(deps: ReviewDeps, body: unknown, context: ReviewContext): Promise<Outcome>;
}

/** The parts of every review that say what it is about. */
interface Subject {
  readonly uid: string;
  readonly namespace: string;
  readonly name?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly userInfo?: { readonly username?: string | null | undefined } | null | undefined;
  readonly object: {
    readonly metadata: { readonly name?: string | null; readonly generateName?: string | null };
  };
}

interface Row<Schema extends TSchema> {
  readonly name: Webhook['name'];
  readonly schema: Schema;
  readonly pathOptions: Webhook['pathOptions'];
  readonly asksByPath?: true;
  /** The kind of the object under review, as in `deployment/web`. */
  readonly singularOf: (deps: ReviewDeps, body: Static<Schema>) => string;
  readonly subjectOf: (body: Static<Schema>) => Subject;
  readonly workloadOf?: (deps: ReviewDeps, body: Static<Schema>) => NamedWorkload | undefined;
  /** Undefined: it may be denied for any reason. */
  readonly mayDeny?: (deps: ReviewDeps, body: Static<Schema>, reason: FailReason) => boolean;
  readonly review: (deps: ReviewDeps, body: Static<Schema>, context: ReviewContext) => Promise<Outcome>;
}

/** Makes a webhook from a row. TypeScript infers from the schema what the row's functions take. */
export function webhook<Schema extends TSchema>(row: Row<Schema>): Webhook {
  const { name, schema, pathOptions, asksByPath = false, singularOf, subjectOf, mayDeny, review } = row;
  const { workloadOf } = row;
  return {
    name,
    schema,
    pathOptions,
    asksByPath,
    aboutOf(deps, body: Static<Schema>) {
      const { uid, namespace, name: requestName, dryRun, userInfo, object } = subjectOf(body);
      const metadata = { ...object.metadata, name: requestName || object.metadata.name || null };
      // A name may be as long as a review, because webhooks come before validation.
      const subject = truncate(displayName(singularOf(deps, body), metadata), NAME_IN_LOG);
      const username = userInfo?.username;
      const user = username ? truncate(username, USER_IN_LOG) : undefined;
      return { webhook: name, namespace, subject, uid, user, dryRun: dryRun ?? false };
    },
    workloadOf: (deps, body: Static<Schema>) =>
      isInScope(deps.scope, subjectOf(body).namespace) ? workloadOf?.(deps, body) : undefined,
    mayDeny: (deps, body: Static<Schema>, reason) => mayDeny?.(deps, body, reason) ?? true,
    // The registration leaves these namespaces out, but not every call comes from the API server. Nothing is read.
    review: async (deps, body: Static<Schema>, context) =>
      isInScope(deps.scope, subjectOf(body).namespace) ? review(deps, body, context) : leave('excluded'),
  };
}
