import type { Operation } from 'fast-json-patch';
import type { ErrorCode } from '../errors.ts';
import type { Prepared } from '../in-step/prepare.ts';
import { assessmentWarnings } from '../in-step/warnings.ts';
import { summaryOf } from '../policy/summary.ts';
import type { LeaveReason, ReasonOf } from './leave-reason.ts';

export type { LeaveReason } from './leave-reason.ts';

/** Why a call is denied, in the words of a metav1.Status. */
export interface Denial {
  readonly code: 403 | 409 | 500 | 503;
  readonly reason: 'Forbidden' | 'Conflict' | 'InternalError' | 'ServiceUnavailable';
  readonly message: string;
}

/** Why a review could not be decided: the code of an error, or `bug` for an unexpected error. */
export type FailReason = Lowercase<ErrorCode> | 'bug';

/** The reason for each error code. */
export const FAIL_REASONS: { readonly [Code in ErrorCode]: Lowercase<Code> } = {
  USAGE: 'usage',
  NOT_FOUND: 'not_found',
  CONFIG_INVALID: 'config_invalid',
  KUBECONFIG_INVALID: 'kubeconfig_invalid',
  CERTIFICATE_INVALID: 'certificate_invalid',
  CLOCK_WRONG: 'clock_wrong',
  MANIFEST_INVALID: 'manifest_invalid',
  WORKLOAD_TOO_LARGE: 'workload_too_large',
  ANNOTATIONS_FULL: 'annotations_full',
  COPY_UNUSABLE: 'copy_unusable',
  COPIES_LIMITED: 'copies_limited',
  COPY_LOST: 'copy_lost',
  API_UNREACHABLE: 'api_unreachable',
  API_REFUSED: 'api_refused',
  API_UNEXPECTED: 'api_unexpected',
  DEADLINE_EXCEEDED: 'deadline_exceeded',
};

interface WithWarnings {
  /** lockstep only observes, and has written nothing. `admit` empties the answer. */
  readonly observed?: boolean;
  /** Sentences for the user, without a prefix. */
  readonly warnings: readonly string[];
}

interface WithPatch extends WithWarnings {
  /** Changes the object under review. */
  readonly patch: readonly Operation[];
}

/**
 * The outcome of a review. Decision and reason are labels
 * of a metric, and go into the API server's audit log.
 * - `leave`: there is nothing to do. The patch of a Scale keeps a precondition of the caller
 * - `record`, `write`: the workload gets marks; only `write` may start a rollout. It refuses a pod of the old template
 * - `cap`: a stale ReplicaSet keeps its size
 * - `pin`: the pod reads copies
 * - `refuse`: the pod is refused, because its template asks for that while something is missing
 * - `fail`: the review could not be decided, and the call goes through
 * - `deny`: the review could not be decided, and the call is denied
 */
export type Outcome =
  | (WithWarnings & Partial<WithPatch> & { readonly decision: 'leave'; readonly reason: LeaveReason })
  | (WithPatch & {
      readonly decision: 'record' | 'write';
      readonly reason: ReasonOf<'record' | 'write'>;
      readonly configHash: string | undefined;
      /** For the log: what happened to what, and why. */
      readonly summary: string;
      /** The object under review was made from what the workload was before, so its controller has to make it anew. */
      readonly denial?: Denial;
    })
  | (WithPatch & { readonly decision: 'cap'; readonly reason: 'stale' })
  | (WithPatch & { readonly decision: 'pin'; readonly reason: 'pinned' | 'uncovered' })
  | (WithWarnings & {
      readonly decision: 'refuse';
      readonly reason: 'not-configured';
      readonly denial: Denial;
    })
  | (WithPatch & { readonly decision: 'fail'; readonly reason: FailReason })
  | (WithWarnings & { readonly decision: 'deny'; readonly reason: FailReason; readonly denial: Denial });

export type Reason = Outcome['reason'];

export function leave(
  reason: LeaveReason,
  warnings: readonly string[] = [],
  patch: readonly Operation[] = [],
): Outcome {
  return { decision: 'leave', reason, warnings, ...(patch.length > 0 && { patch }) };
}

/**
 * The outcome for a decision about a workload.
 * @param patch for the object under review; empty if lockstep has
 * patched the workload in the cluster, or does not patch it at all
 * @param denial refuses the object under review all the same
 */
export function outcomeOf(prepared: Prepared, patch: readonly Operation[] = [], denial?: Denial): Outcome {
  const { assessment, copyWarnings, observed } = prepared;
  const { decision, live, name } = assessment;
  const warnings = [...assessmentWarnings(assessment, observed ? 'observe' : 'enforce'), ...copyWarnings];
  const told = observed ? { observed } : {};
  if (decision.action === 'leave') return { ...leave(decision.reason, warnings, patch), ...told };
  const { action, reason } = decision;
  const summary = summaryOf(decision, name);
  return {
    decision: action,
    reason,
    warnings,
    patch,
    configHash: live?.hash,
    summary,
    ...(denial && { denial }),
    ...told,
  };
}

/** @param patch keeps a stale ReplicaSet at its size */
export function cap(patch: readonly Operation[], warnings: readonly string[] = []): Outcome {
  return { decision: 'cap', reason: 'stale', warnings, patch };
}

export function pin(
  reason: 'pinned' | 'uncovered',
  patch: readonly Operation[],
  warnings: readonly string[] = [],
): Outcome {
  return { decision: 'pin', reason, warnings, patch };
}

/** 403, as a quota that is used up refuses a pod: its controller tries again. */
export function refuse(message: string): Outcome {
  const denial = { code: 403, reason: 'Forbidden', message } as const;
  return { decision: 'refuse', reason: 'not-configured', warnings: [], denial };
}

/** @param patch the part of the change that is still possible */
export function fail(
  reason: FailReason,
  warnings: readonly string[],
  patch: readonly Operation[] = [],
): Outcome {
  return { decision: 'fail', reason, warnings, patch };
}

export function deny(reason: FailReason, denial: Denial): Outcome {
  return { decision: 'deny', reason, warnings: [], denial };
}
