import { LRUCache } from 'lru-cache';
import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { deletedText, observedText, type UnblockDeps, type UnblockEvents, unblockRound } from './round.ts';

/** A round is one list, by a label that few StatefulSets have. */
const PACE_MS = 10_000;

/** Pods that were told of and stay. With more, some are told of again. A uid takes 100 bytes. */
const REMEMBERED = 1_000;

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
  const observed = new LRUCache<string, true>({ max: REMEMBERED });
  const events: UnblockEvents = {
    onDeleted(set, pod) {
      metrics.countUnblocking('deleted');
      const { namespace, name } = set.metadata;
      log.info({ namespace, statefulset: name }, deletedText(set, pod));
    },
    onObserved(set, pod) {
      const uid = pod.metadata.uid ?? '';
      if (observed.has(uid)) return false;
      observed.set(uid, true);
      metrics.countUnblocking('observed');
      const { namespace, name } = set.metadata;
      log.info({ namespace, statefulset: name }, observedText(set, pod));
      return true;
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
