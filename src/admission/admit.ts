import { abortAfter, OVER, unlessAborted } from '../abort.ts';
import { traceOf } from '../errors.ts';
import type { Mode } from '../policy/mode.ts';
import type { OnError } from '../policy/on-error.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { reviewBudget } from './deadline.ts';
import { type Decided, logDecision } from './decision-log.ts';
import { lateError } from './errors.ts';
import { type Failure, failureOf, failureOutcome } from './failure.ts';
import { observedOutcome } from './observed.ts';
import type { FailReason, Outcome } from './outcome.ts';
import { answerOf, type ReviewAnswer } from './response.ts';
import type { ReviewAbout } from './review-about.ts';

export interface AdmitDeps {
  readonly telemetry: Telemetry<'observeReview'>;
  readonly deadlineMs: number;
}

/** What the answer to a review depends on, besides the review itself. */
export interface AdmitOptions {
  readonly about: ReviewAbout;
  readonly onError: OnError;
  /** `observe`: whatever comes of the review, the answer changes and refuses nothing. */
  readonly mode: Mode;
  /** Whether the call may be denied for this reason. Undefined: for any. */
  readonly mayDeny?: ((reason: FailReason) => boolean) | undefined;
  /** Tells of a review that could not be decided. */
  readonly onUnchecked?: ((failure: Failure, choice: OnError) => void) | undefined;
  /** The `timeout` of the request's query. */
  readonly timeout: string | undefined;
  /** When the request arrived, as a time of `performance.now()`. Its time runs from then on. */
  readonly arrivedMs: number;
}

/**
 * Runs a review within its deadline. An error, a timeout or a bug gives the outcome that `onError` asks for.
 */
async function decideInTime(
  { deadlineMs }: AdmitDeps,
  { about, onError, mode, mayDeny, onUnchecked, timeout, arrivedMs }: AdmitOptions,
  review: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Decided> {
  const budgetMs = reviewBudget(deadlineMs, timeout);
  const waitedMs = performance.now() - arrivedMs;
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    if (waitedMs >= budgetMs) throw lateError(budgetMs);
    const leftMs = Math.max(1, Math.floor(budgetMs - waitedMs));
    timer = abortAfter(ended, leftMs);
    return { outcome: await unlessAborted(review(ended.signal), ended.signal) };
  } catch (error) {
    const failure = failureOf(error, budgetMs);
    // Of an unexpected error, log only kind and place: its message may hold values.
    const err = failure.reason === 'bug' ? traceOf(error) : failure.why;
    const choice = mayDeny?.(failure.reason) === false ? 'allow' : onError;
    onUnchecked?.(failure, mode === 'observe' ? 'allow' : choice);
    return { outcome: failureOutcome(failure, about.subject, choice), err };
  } finally {
    // After its answer a review reads nothing more. Something may be under way if something else has failed.
    clearTimeout(timer);
    ended.abort(OVER);
  }
}

/** What a trace says of the review. */
function traceDecision(
  tracing: Tracing | undefined,
  { namespace, subject }: ReviewAbout,
  { decision, reason }: Outcome,
): void {
  if (!tracing) return;
  const place = { 'k8s.namespace.name': namespace, 'lockstep.subject': subject };
  tracing.annotate({ 'lockstep.decision': decision, 'lockstep.reason': reason, ...place });
  if (decision === 'fail' || decision === 'deny') tracing.fail(reason);
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
  const judged = await decideInTime(deps, options, review);
  const isObserved = options.mode === 'observe' || judged.outcome.observed;
  const outcome = isObserved ? observedOutcome(judged.outcome) : judged.outcome;
  const decided = { ...judged, outcome };
  const seconds = (performance.now() - options.arrivedMs) / 1000;
  const { decision, reason } = outcome;
  const mode = outcome.observed ? 'observe' : 'enforce';
  const traceId = deps.telemetry.tracing?.traceId();
  const { webhook, dryRun } = about;
  const warnings = outcome.warnings.length;
  deps.telemetry.metrics.observeReview({
    webhook,
    decision,
    reason,
    mode,
    dryRun,
    warnings,
    seconds,
    traceId,
  });
  traceDecision(deps.telemetry.tracing, about, outcome);
  logDecision(deps.telemetry.log, about, decided, seconds);
  return answerOf(about.uid, outcome);
}
