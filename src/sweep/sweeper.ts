import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import { foreignText } from '../copies/genuine.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { NOTHING_REMEMBERED, type SweepDeps, type SweepEvents, type SweepResult, sweep } from './round.ts';
import { type RecordSwept, sweptCopies } from './swept.ts';

/** The longest time between two sweeps. Unused copies do no harm, so there is no hurry. */
const LONGEST_PACE_MS = 60_000;

const MESSAGES: Readonly<Record<SweepResult, (copy: string) => string>> = {
  deleted: (copy) => `deleted copy ${copy}: no workload names it`,
  assigned: (copy) => `gave copy ${copy} an owner: a template names it`,
  unreserved: (copy) => `left copy ${copy} to the revisions that own it`,
};

/** What the repeated sweep needs. */
export interface SweeperDeps extends SweepDeps {
  readonly record: RecordSwept;
}

/**
 * Deletes copies that no workload names, and gives the others to their ReplicaSets, until it is
 * closed. Only one replica at a time does so. It counts each error, and logs it once when it begins.
 */
export function openSweeper(
  deps: SweeperDeps,
  leadership: Pick<Leadership, 'leads'>,
  { log, metrics, reasonOf }: Telemetry<'countSweptCopy'>,
): Repetition {
  const complain = complaints((error) => log.error(`could not delete unused copies: ${reasonOf(error)}`));
  const paceMs = Math.min(deps.graceMs / 4, LONGEST_PACE_MS);
  const swept = sweptCopies(deps.record);
  let remembered = NOTHING_REMEMBERED;

  const events: SweepEvents = {
    onForeign({ kind, namespace, name }, why) {
      metrics.countSweptCopy('foreign');
      log.warn({ namespace, result: 'foreign' }, foreignText({ kind, name }, why));
    },
    onResult(result, copy) {
      const { kind, namespace, name } = copy;
      if (result === 'deleted') swept.add(copy);
      metrics.countSweptCopy(result);
      // This is the normal case: a ReplicaSet owns its copies.
      const level = result === 'deleted' ? 'info' : 'debug';
      log[level]({ namespace, result }, MESSAGES[result](`${kind}/${name}`));
    },
    onObserved(would, { kind, namespace, name }) {
      metrics.countSweptCopy('observed');
      const what = would === 'delete' ? 'deleted' : 'changed the owners of';
      log.info({ namespace, result: 'observed' }, `would have ${what} copy ${kind}/${name}`);
    },
    onError(error: unknown) {
      metrics.countSweptCopy('error');
      complain.add(error);
    },
  };

  return repeat(async (closing) => {
    remembered = leadership.leads() ? await sweep(deps, events, remembered, closing) : NOTHING_REMEMBERED;
    swept.endRound();
    complain.endRound();
    return paceMs;
  }, paceMs);
}
