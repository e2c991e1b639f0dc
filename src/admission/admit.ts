import { unlessAborted } from '../cluster/shared-reads.ts';
import { LockstepError, traceOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { notChecked } from '../policy/warnings.ts';
import { displayName } from '../workloads/deployment.ts';
import { reviewBudget } from './deadline.ts';
import { type Outcome, type ReviewAnswer, respond } from './response.ts';

export interface AdmitDeps {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly deadlineMs: number;
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

const KINDS = { template: 'deployment', scale: 'deployment', ceiling: 'replicaset' } as const;
export type WebhookName = keyof typeof KINDS;

function failure(error: unknown, subject: string, budgetMs: number): Outcome {
  if (error instanceof LockstepError) {
    return {
      decision: 'fail',
      reason: error.code.toLowerCase(),
      warnings: [notChecked(subject, error.message)],
    };
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const warning = notChecked(subject, `the API server did not answer within ${Math.round(budgetMs)} ms`);
    return { decision: 'fail', reason: 'deadline_exceeded', warnings: [warning] };
  }
  return {
    decision: 'fail',
    reason: 'bug',
    warnings: [notChecked(subject, 'an error inside lockstep, see its log')],
  };
}

/**
 * Answers one review, whatever happens: inside its deadline, with its uid, counted and logged. An error, a timeout or a
 * bug lets the call through and says so in a warning.
 */
export async function admit(
  deps: AdmitDeps,
  webhook: WebhookName,
  request: Subject,
  timeout: string | undefined,
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
    outcome = failure(error, subject, budgetMs);
    // Messages of LockstepErrors hold no values; of anything else only kind and place are logged.
    const err = error instanceof LockstepError ? error.message : traceOf(error);
    deps.log[outcome.reason === 'bug' ? 'error' : 'warn'](
      { ...about, reason: outcome.reason, err },
      'not checked',
    );
  }
  const seconds = (performance.now() - started) / 1000;
  const { decision, reason, configHash } = outcome;
  deps.metrics.review({ webhook, decision, reason, seconds });
  const wrote = decision === 'write' || decision === 'record' || decision === 'hold';
  if (decision !== 'fail')
    deps.log[wrote ? 'info' : 'debug']({ ...about, reason, configHash, seconds }, decision);
  return respond(request.uid, outcome);
}
