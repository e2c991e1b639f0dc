import { LockstepError } from '../errors.ts';
import type { OnError } from '../policy/on-error.ts';
import { deniedWarning, notCheckedWarning } from '../policy/unchecked-warnings.ts';
import { type Denial, deny, FAIL_REASONS, type FailReason, fail, type Outcome } from './outcome.ts';

/** Why a review could not be decided. */
export interface Failure {
  readonly reason: FailReason;
  /** For the user. */
  readonly why: string;
}

/** @param budgetMs the time that the review had */
export function failureOf(error: unknown, budgetMs: number): Failure {
  if (error instanceof LockstepError) return { reason: FAIL_REASONS[error.code], why: error.message };
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const why = `the API server did not answer within ${Math.round(budgetMs)} ms`;
    return { reason: 'deadline_exceeded', why };
  }
  return { reason: 'bug', why: 'an error inside lockstep, see its log' };
}

/**
 * What happens to a call that could not be checked: `onError` lets it through with a warning, or denies it.
 */
export function failureOutcome({ reason, why }: Failure, subject: string, onError: OnError): Outcome {
  const warning = notCheckedWarning(subject, why);
  if (onError === 'allow') return fail(reason, [warning]);
  const status = statusOf(reason);
  return deny(reason, { ...status, message: deniedWarning(warning, status.code !== 403) });
}

/** 403, as for a quota: the same call will never succeed. Others may, so controllers and users may try again. */
function statusOf(reason: FailReason): Omit<Denial, 'message'> {
  switch (reason) {
    case 'workload_too_large':
    case 'annotations_full':
      return { code: 403, reason: 'Forbidden' };
    case 'bug':
      return { code: 500, reason: 'InternalError' };
    default:
      return { code: 503, reason: 'ServiceUnavailable' };
  }
}
