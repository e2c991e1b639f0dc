import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { deletedText, type UnblockDeps, type UnblockEvents, unblockRound } from './round.ts';

/** A round is one list, by a label that few StatefulSets have. */
const PACE_MS = 10_000;

/**
 * Deletes pods of outdated revisions for which rollouts of StatefulSets wait, until it is closed. Only one replica at a
 * time does so. It counts each error, and logs it once when it begins.
 */
export function openUnblocker(
  deps: UnblockDeps,
  leadership: Pick<Leadership, 'leads'>,
  { log, metrics, reasonOf }: Telemetry<'countUnblocking'>,
): Repetition {
  const complain = complaints((error) => log.error(`could not unblock StatefulSets: ${reasonOf(error)}`));
  const events: UnblockEvents = {
    onDeleted(set, pod) {
      metrics.countUnblocking('deleted');
      const { namespace, name } = set.metadata;
      log.info({ namespace, statefulset: name }, deletedText(set, pod));
    },
    onError(error) {
      metrics.countUnblocking('error');
      complain.add(error);
    },
  };
  const paceMs = Math.min(PACE_MS, deps.patienceMs);
  return repeat(async (closing) => {
    if (leadership.leads()) await unblockRound(deps, events, closing);
    complain.endRound();
    return paceMs;
  }, paceMs);
}
