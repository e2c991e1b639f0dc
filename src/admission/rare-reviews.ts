import type { Mode } from '../policy/mode.ts';
import type { OnError } from '../policy/on-error.ts';
import type { FailReason, Reason } from './outcome.ts';
import { WEBHOOKS } from './webhooks.ts';

/** The labels by which a review counts. */
interface RareReview {
  readonly webhook: string;
  readonly decision: 'fail' | 'deny' | 'write';
  readonly reason: Reason;
  readonly mode: Mode;
}

/** The errors that a review can meet. The other codes end lockstep when it starts, or are about certificates. */
const FAILURES: readonly FailReason[] = [
  'bug',
  'deadline_exceeded',
  'api_unreachable',
  'api_refused',
  'api_unexpected',
  'workload_too_large',
  'annotations_full',
  'copy_unusable',
  'copies_limited',
  'copy_lost',
];

/** The webhooks of workloads, and the reasons for which lockstep itself starts a rollout. */
const ROLLING = ['template', 'scale', 'node'];
const ROLLS: readonly Reason[] = ['drifted', 'not-recorded'];

/**
 * What reviews seldom come to, and alerts and dashboards count: reviews that could not be checked, and rollouts. Their
 * counters begin at 0. Prometheus sees no increase in a counter that begins at 1.
 */
export function rareReviews(mode: Mode, onError: OnError): readonly RareReview[] {
  const refuses = onError === 'deny' && mode === 'enforce';
  const failures = WEBHOOKS.flatMap(({ name: webhook, pathOptions }) => {
    const decision = refuses && pathOptions.includes('on-error') ? 'deny' : 'fail';
    return FAILURES.map((reason) => ({ webhook, decision, reason, mode }) as const);
  });
  const rolls = ROLLING.flatMap((webhook) =>
    ROLLS.map((reason) => ({ webhook, decision: 'write', reason, mode }) as const),
  );
  return [...failures, ...rolls];
}
