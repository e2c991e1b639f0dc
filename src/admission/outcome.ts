import type { Operation } from 'fast-json-patch';
import type { ErrorCode } from '../errors.ts';
import type { Prepared } from '../in-step/bring.ts';
import { assessmentWarnings } from '../in-step/warnings.ts';
import type { CeilingDecision } from '../policy/ceiling.ts';
import type { Decision } from '../policy/decision.ts';
import { summaryOf } from '../policy/summary.ts';

/** Why a call is refused, in a metav1.Status's words. */
export interface Denial {
  readonly code: 500 | 503;
  readonly reason: 'InternalError' | 'ServiceUnavailable';
  readonly message: string;
}

type ReasonOf<Action extends Decision['action']> = Extract<Decision, { action: Action }>['reason'];

export type LeaveReason =
  | ReasonOf<'leave'>
  | Extract<CeilingDecision, { action: 'leave' }>['reason']
  /** The workload of a scale is not there any more. */
  | 'gone'
  /** The kind of object is none that this version knows. */
  | 'unknown-kind'
  /** Whatever controls the pod has no copies. */
  | 'no-replicaset'
  /** The pod's annotations name no copy that it refers to. */
  | 'nothing-pinned'
  /** An option switches off what this webhook is for. */
  | 'switched-off';

/** Why a review could not be decided: an error's code, or `bug` for an error that nobody foresaw. */
export type FailReason = Lowercase<ErrorCode> | 'bug';

/** The reason for each code of an error. */
export const FAIL_REASONS: { readonly [Code in ErrorCode]: Lowercase<Code> } = {
  CONFIG_INVALID: 'config_invalid',
  KUBECONFIG_INVALID: 'kubeconfig_invalid',
  CERTIFICATE_INVALID: 'certificate_invalid',
  MANIFEST_INVALID: 'manifest_invalid',
  COPY_UNUSABLE: 'copy_unusable',
  COPY_LOST: 'copy_lost',
  API_UNREACHABLE: 'api_unreachable',
  API_REFUSED: 'api_refused',
  API_UNEXPECTED: 'api_unexpected',
  DEADLINE_EXCEEDED: 'deadline_exceeded',
};

interface Told {
  /** Sentences for the user, without a prefix. */
  readonly warnings: readonly string[];
}

interface Patched extends Told {
  /** Changes the object under review. */
  readonly patch: readonly Operation[];
}

/**
 * What a review came to. Decision and reason are labels of a metric, and go into the API server's audit log.
 * - `leave`: nothing is to be done
 * - `record`, `write`: the workload gets marks; only `write` may start a rollout
 * - `cap`: a stale ReplicaSet keeps its size
 * - `pin`: the pod reads copies
 * - `fail`: the review could not be decided, and the call goes through
 * - `deny`: the review could not be decided, and the call is refused
 */
export type Outcome =
  | (Told & { readonly decision: 'leave'; readonly reason: LeaveReason })
  | (Patched & {
      readonly decision: 'record' | 'write';
      readonly reason: ReasonOf<'record' | 'write'>;
      readonly configHash: string | undefined;
      /** For the log: what was done to what, and why. */
      readonly summary: string;
    })
  | (Patched & { readonly decision: 'cap'; readonly reason: 'stale' })
  | (Patched & { readonly decision: 'pin'; readonly reason: 'pinned' | 'uncovered' })
  | (Patched & { readonly decision: 'fail'; readonly reason: FailReason })
  | (Told & { readonly decision: 'deny'; readonly reason: FailReason; readonly denial: Denial });

export type Reason = Outcome['reason'];

export function leave(reason: LeaveReason, warnings: readonly string[] = []): Outcome {
  return { decision: 'leave', reason, warnings };
}

/**
 * A decision about a workload.
 * @param patch of the object under review; none where the workload was patched in the cluster, or is not to
 * be
 */
export function decided({ assessment, copyWarnings }: Prepared, patch: readonly Operation[] = []): Outcome {
  const { decision, live, name } = assessment;
  const warnings = [...assessmentWarnings(assessment), ...copyWarnings];
  if (decision.action === 'leave') return leave(decision.reason, warnings);
  const { action, reason } = decision;
  const summary = summaryOf(decision, name);
  return { decision: action, reason, warnings, patch, configHash: live?.hash, summary };
}

/** A stale ReplicaSet keeps this many replicas. */
export function cap(replicas: number): Outcome {
  const patch = [{ op: 'replace', path: '/spec/replicas', value: replicas }] as const;
  return { decision: 'cap', reason: 'stale', warnings: [], patch };
}

export function pin(
  reason: 'pinned' | 'uncovered',
  patch: readonly Operation[],
  warnings: readonly string[] = [],
): Outcome {
  return { decision: 'pin', reason, warnings, patch };
}

/** @param patch what can be done all the same */
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
