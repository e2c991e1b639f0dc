import type { Decision, ForbiddingStage } from './decision.ts';
import { listOf, truncate } from './wording.ts';

/** Why a workload does not roll now, by the stage of its rollout. */
const WHY_WAITING: Readonly<Record<ForbiddingStage, string>> = {
  'rollout-aborted': 'after an abort',
  'rollout-under-way': 'in the middle of a rollout',
};

/** The warning of changed sources for which a call may not roll the workload. */
export function waitingWarnings(
  { waiting, stage }: Extract<Decision, { action: 'leave' | 'write' }>,
  { name, pinnedIds }: { readonly name: string; readonly pinnedIds: readonly string[] },
): string[] {
  if (!waiting) return [];
  const pinned = new Set(pinnedIds);
  const staysAlike = waiting.length > 0 && waiting.every((id) => pinned.has(id));
  const effect = staysAlike ? 'new pods join at its earlier configuration' : 'its pods may differ';
  const why = stage ? WHY_WAITING[stage] : '(lockstep.dev/roll-on)';
  return [`${listOf(waiting)} changed; ${truncate(name)} does not roll on this ${why}: ${effect}`];
}
