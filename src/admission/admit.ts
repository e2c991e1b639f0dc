import { unlessAborted } from '../api/shared-reads.ts';
import { LockstepError, traceOf } from '../errors.ts';
import { notChecked, refusedUnchecked } from '../policy/warnings.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { displayName } from '../workloads/deployment.ts';
import { reviewBudget } from './deadline.ts';
import { type Outcome, type ReviewAnswer, respond } from './response.ts';

/** What becomes of a call that lockstep could not decide. */
export type OnError = 'allow' | 'deny';

export interface AdmitDeps {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly deadlineMs: number;
}

/** How one review is to be answered. */
export interface AdmitOptions {
  readonly webhook: WebhookName;
  /** The `timeout` of the request's query. */
  readonly timeout: string | undefined;
  readonly onError: OnError;
}

interface Subject {
  readonly uid: string;
  readonly namespace: string;
  readonly name?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly object: {
    readonly metadata: { readonly name?: string | null; readonly generateName?: string | null };
  };
}

const KINDS = { template: 'deployment', scale: 'deployment', ceiling: 'replicaset', pod: 'pod' } as const;
export type WebhookName = keyof typeof KINDS;

interface Failure {
  readonly reason: string;
  readonly why: string;
}

function failureOf(error: unknown, budgetMs: number): Failure {
  if (error instanceof LockstepError) return { reason: error.code.toLowerCase(), why: error.message };
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const why = `the API server did not answer within ${Math.round(budgetMs)} ms`;
    return { reason: 'deadline_exceeded', why };
  }
  return { reason: 'bug', why: 'an error inside lockstep, see its log' };
}

function unchecked({ reason, why }: Failure, subject: string, onError: OnError): Outcome {
  const warning = notChecked(subject, why);
  if (onError === 'allow') return { decision: 'fail', reason, warnings: [warning] };
  const kind =
    reason === 'bug'
      ? ({ code: 500, reason: 'InternalError' } as const)
      : ({ code: 503, reason: 'ServiceUnavailable' } as const);
  return { decision: 'deny', reason, warnings: [], denial: { ...kind, message: refusedUnchecked(warning) } };
}

/**
 * Answers one review, whatever happens: inside its deadline, with its uid, counted and logged. An error, a timeout or a
 * bug lets the call through and says so in a warning, or refuses it and says why: as `onError` has it.
 */
export async function admit(
  deps: AdmitDeps,
  { webhook, timeout, onError }: AdmitOptions,
  request: Subject,
  review: (signal: AbortSignal) => Promise<Outcome>,
): Promise<ReviewAnswer> {
  const started = performance.now();
  const budgetMs = reviewBudget(deps.deadlineMs, timeout);
  const { metadata } = request.object;
  const subject = displayName(KINDS[webhook], { ...metadata, name: request.name || metadata.name || null });
  const about = {
    webhook,
    namespace: request.namespace,
    subject,
    uid: request.uid,
    dryRun: request.dryRun ?? false,
  };
  let outcome: Outcome;
  try {
    const signal = AbortSignal.timeout(budgetMs);
    outcome = await unlessAborted(review(signal), signal);
  } catch (error) {
    const failure = failureOf(error, budgetMs);
    outcome = unchecked(failure, subject, onError);
    // Of what nobody foresaw only kind and place: its message may hold values.
    const err = failure.reason === 'bug' ? traceOf(error) : failure.why;
    deps.log[outcome.reason === 'bug' ? 'error' : 'warn'](
      { ...about, reason: outcome.reason, err },
      'not checked',
    );
  }
  const seconds = (performance.now() - started) / 1000;
  const { decision, reason, configHash } = outcome;
  deps.metrics.review({ webhook, decision, reason, seconds });
  const wrote = decision === 'write' || decision === 'record' || decision === 'hold';
  if (decision !== 'fail' && decision !== 'deny')
    deps.log[wrote ? 'info' : 'debug']({ ...about, reason, configHash, seconds }, decision);
  return respond(request.uid, outcome);
}
