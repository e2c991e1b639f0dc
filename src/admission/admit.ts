import { unlessAborted } from '../abort.ts';
import { traceOf } from '../errors.ts';
import type { OnError } from '../policy/on-error.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { reviewBudget } from './deadline.ts';
import { lateError } from './errors.ts';
import { failureOf, failureOutcome } from './failure.ts';
import type { Outcome } from './outcome.ts';
import { answerOf, type ReviewAnswer } from './response.ts';

export interface AdmitDeps {
  readonly telemetry: Telemetry<'observeReview'>;
  readonly deadlineMs: number;
}

/** What a review is about, for logs and messages. */
export interface ReviewAbout {
  readonly webhook: string;
  readonly uid: string;
  readonly namespace: string;
  /** `deployment/web` */
  readonly subject: string;
  readonly dryRun: boolean;
}

/** What the answer to a review depends on, besides the review itself. */
export interface AdmitOptions {
  readonly about: ReviewAbout;
  readonly onError: OnError;
  /** The `timeout` of the request's query. */
  readonly timeout: string | undefined;
  /** When the request arrived, as a time of `performance.now()`. Its time runs from then on. */
  readonly arrivedMs: number;
}

/**
 * Runs a review within its deadline. An error, a timeout or a bug gives the outcome that `onError` asks for.
 */
async function decideInTime(
  { telemetry: { log }, deadlineMs }: AdmitDeps,
  { about, onError, timeout, arrivedMs }: AdmitOptions,
  review: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const budgetMs = reviewBudget(deadlineMs, timeout);
  const waitedMs = performance.now() - arrivedMs;
  const ended = new AbortController();
  try {
    if (waitedMs >= budgetMs) throw lateError(budgetMs);
    const leftMs = Math.max(1, Math.floor(budgetMs - waitedMs));
    const signal = AbortSignal.any([AbortSignal.timeout(leftMs), ended.signal]);
    return await unlessAborted(review(signal), signal);
  } catch (error) {
    const failure = failureOf(error, budgetMs);
    const { reason } = failure;
    // Of an unexpected error, log only kind and place: its message may hold values.
    const err = reason === 'bug' ? traceOf(error) : failure.why;
    log[reason === 'bug' ? 'error' : 'warn']({ ...about, reason, err }, `did not check ${about.subject}`);
    return failureOutcome(failure, about.subject, onError);
  } finally {
    // After its answer a review reads nothing more. Something may be under way if something else has failed.
    ended.abort();
  }
}

/** The log message: what happened to what, and why. */
function messageOf(outcome: Outcome, subject: string): string {
  switch (outcome.decision) {
    case 'record':
    case 'write':
      return outcome.summary;
    case 'cap':
      return `capped ${subject}: its configuration is not the current one`;
    case 'pin':
      return `pointed ${subject} at its copies`;
    case 'fail':
    case 'deny':
    case 'leave':
      return `left ${subject} as it is: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}

/** Logs a decision. `decideInTime` has already logged a review that could not be decided. */
function logDecision(log: Logger, about: ReviewAbout, outcome: Outcome, seconds: number): void {
  const { decision, reason } = outcome;
  if (decision === 'fail' || decision === 'deny') return;
  const isWritten = decision === 'write' || decision === 'record' || decision === 'cap';
  const configHash = 'configHash' in outcome ? outcome.configHash : undefined;
  const fields = { ...about, decision, reason, configHash, seconds };
  log[isWritten ? 'info' : 'debug'](fields, messageOf(outcome, about.subject));
}

/**
 * Answers one review in every case: within its deadline, with its uid, counted and
 * logged. If an error, a timeout or a bug prevents a decision, `onError` says what
 * happens. Either the call goes through with a warning, or it is denied with the reason.
 */
export async function admit(
  deps: AdmitDeps,
  options: AdmitOptions,
  review: (signal: AbortSignal) => Promise<Outcome>,
): Promise<ReviewAnswer> {
  const { about } = options;
  const outcome = await decideInTime(deps, options, review);
  const seconds = (performance.now() - options.arrivedMs) / 1000;
  const { decision, reason } = outcome;
  deps.telemetry.metrics.observeReview({ webhook: about.webhook, decision, reason, seconds });
  logDecision(deps.telemetry.log, about, outcome, seconds);
  return answerOf(about.uid, outcome);
}
