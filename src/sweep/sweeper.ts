import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Copy } from './ports.ts';
import { type Overdue, type SweepDeps, type SweepResult, sweep } from './round.ts';

/** Leftovers do no harm: there is no hurry. */
const LONGEST_PACE_MS = 60_000;

const MESSAGES: Readonly<Record<SweepResult, (copy: string) => string>> = {
  deleted: (copy) => `removed copy ${copy}: no workload names it`,
  adopted: (copy) => `gave copy ${copy} to the workloads that name it`,
  released: (copy) => `released copy ${copy} to its ReplicaSets`,
};

/**
 * Removes copies that no workload names, and leaves the others to their ReplicaSets, until it is closed.
 * One replica at a time does so. Errors are counted, and logged when they begin.
 */
export function openSweeper(
  deps: SweepDeps,
  leadership: Pick<Leadership, 'leads'>,
  { log, metrics, reasonOf }: Telemetry<'copySwept'>,
): Repetition {
  const complain = complaints((error) => log.error(`could not delete unused copies: ${reasonOf(error)}`));
  const paceMs = Math.min(deps.graceMs / 4, LONGEST_PACE_MS);
  let overdue: Overdue = new Set();

  const events = {
    onResult(result: SweepResult, { kind, namespace, name }: Copy) {
      metrics.copySwept(result);
      // A ReplicaSet that owns its copies is the normal case.
      const level = result === 'deleted' ? 'info' : 'debug';
      log[level]({ namespace, result }, MESSAGES[result](`${kind}/${name}`));
    },
    onError(error: unknown) {
      metrics.copySwept('error');
      complain.add(error);
    },
  };

  return repeat(async (closing) => {
    overdue = leadership.leads() ? await sweep(deps, events, overdue, closing) : new Set();
    complain.endRound();
    return paceMs;
  }, paceMs);
}
