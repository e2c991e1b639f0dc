import { unlessAborted } from '../abort.ts';
import { traceOf } from '../errors.ts';
import type { OnError } from '../policy/on-error.ts';
import { truncate, UID_IN_LOG } from '../policy/wording.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { reviewBudget } from './deadline.ts';
import { lateError } from './errors.ts';
import { failureOf, failureOutcome } from './failure.ts';
import type { FailReason, Outcome } from './outcome.ts';
import { answerOf, type ReviewAnswer } from './response.ts';

export interface AdmitDeps {
  readonly telemetry: Telemetry<'observeReview'>;
  readonly deadlineMs: number;
}

/** What a review is about, for logs and messages. */
export interface ReviewAbout {
  readonly webhook: string;
  readonly uid: string;
  /** Who makes the call, as the review says. It goes into the log, and nowhere else. */
  readonly user: string | undefined;
  readonly namespace: string;
  /** `deployment/web` */
  readonly subject: string;
  readonly dryRun: boolean;
}

/** What the answer to a review depends on, besides the review itself. */
export interface AdmitOptions {
  readonly about: ReviewAbout;
  readonly onError: OnError;
  /** Whether the call may be denied for this reason. Undefined: for any. */
  readonly mayDeny?: ((reason: FailReason) => boolean) | undefined;
  /** The `timeout` of the request's query. */
  readonly timeout: string | undefined;
  /** When the request arrived, as a time of `performance.now()`. Its time runs from then on. */
  readonly arrivedMs: number;
}

/** An outcome, and what kept lockstep from a decision, if anything did. */
interface Decided {
  readonly outcome: Outcome;
  /** For the log. */
  readonly err?: string;
}

/**
 * Runs a review within its deadline. An error, a timeout or a bug gives the outcome that `onError` asks for.
 */
async function decideInTime(
  { deadlineMs }: AdmitDeps,
  { about, onError, mayDeny, timeout, arrivedMs }: AdmitOptions,
  review: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Decided> {
  const budgetMs = reviewBudget(deadlineMs, timeout);
  const waitedMs = performance.now() - arrivedMs;
  const ended = new AbortController();
  try {
    if (waitedMs >= budgetMs) throw lateError(budgetMs);
    const leftMs = Math.max(1, Math.floor(budgetMs - waitedMs));
    const signal = AbortSignal.any([AbortSignal.timeout(leftMs), ended.signal]);
    return { outcome: await unlessAborted(review(signal), signal) };
  } catch (error) {
    const failure = failureOf(error, budgetMs);
    // Of an unexpected error, log only kind and place: its message may hold values.
    const err = failure.reason === 'bug' ? traceOf(error) : failure.why;
    const choice = mayDeny?.(failure.reason) === false ? 'allow' : onError;
    return { outcome: failureOutcome(failure, about.subject, choice), err };
  } finally {
    // After its answer a review reads nothing more. Something may be under way if something else has failed.
    ended.abort();
  }
}

/** The log message: what happened to what, and why. */
function messageOf({ outcome, err }: Decided, subject: string): string {
  switch (outcome.decision) {
    case 'record':
    case 'write':
      return outcome.summary;
    case 'cap':
      return `capped ${subject}: its configuration is not the current one`;
    case 'pin':
      return outcome.reason === 'uncovered'
        ? `pointed ${subject} at its copies, except for what they do not hold`
        : `pointed ${subject} at its copies`;
    case 'refuse':
      return `refused ${subject}: ${outcome.denial.message}`;
    case 'fail':
      return err === undefined ? `left ${subject} on live configuration` : `did not check ${subject}`;
    case 'deny':
      return `denied ${subject}: did not check it`;
    case 'leave':
      return `left ${subject} as it is: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}

/** How much a decision matters to who reads the log. */
function levelOf({ decision, reason }: Outcome): 'error' | 'warn' | 'info' | 'debug' {
  if (reason === 'bug') return 'error';
  if (decision === 'fail' || decision === 'deny') return 'warn';
  if (reason === 'uncovered') return 'info';
  return ['write', 'record', 'cap', 'refuse'].includes(decision) ? 'info' : 'debug';
}

/** The most warnings that a line of the log has: a pod may have a thousand references. */
const MOST_WARNINGS = 5;

/** Why a review could not be decided, or why a pod reads live configuration. */
function whyOf({ outcome, err }: Decided): string | undefined {
  if (err !== undefined) return err;
  if (outcome.decision === 'deny') return outcome.denial.message;
  const { decision, reason, warnings } = outcome;
  return decision === 'fail' || reason === 'uncovered'
    ? warnings.slice(0, MOST_WARNINGS).join('; ')
    : undefined;
}

function logDecision(log: Logger, about: ReviewAbout, decided: Decided, seconds: number): void {
  const { outcome } = decided;
  const { decision, reason } = outcome;
  const configHash = 'configHash' in outcome ? outcome.configHash : undefined;
  const uid = truncate(about.uid, UID_IN_LOG);
  const fields = { ...about, uid, decision, reason, configHash, seconds, err: whyOf(decided) };
  log[levelOf(outcome)](fields, messageOf(decided, about.subject));
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
  const decided = await decideInTime(deps, options, review);
  const { outcome } = decided;
  const seconds = (performance.now() - options.arrivedMs) / 1000;
  const { decision, reason } = outcome;
  deps.telemetry.metrics.observeReview({ webhook: about.webhook, decision, reason, seconds });
  logDecision(deps.telemetry.log, about, decided, seconds);
  return answerOf(about.uid, outcome);
}
