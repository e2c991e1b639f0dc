import { sleep } from '../abort.ts';
import type { Leadership } from '../background/leader.ts';
import type { Repetition } from '../background/repeat.ts';
import { whileLeading } from '../background/while-leading.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { censusPass, type PassDeps } from './pass.ts';

/** What the census needs. */
export type CensusDeps = PassDeps;

/** Counts workloads while this replica leads, one pass after the other, until the signal is aborted. */
async function countOn(deps: CensusDeps, { log, reasonOf }: Telemetry<never>, signal: AbortSignal) {
  const complain = complaints((error) => log.error(`could not count workloads: ${reasonOf(error)}`));
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const waitMs = await censusPass(deps, isFirst, complain.add, signal);
    complain.endRound();
    await sleep(waitMs, signal);
  }
}

/** Counts workloads by state, for the metrics, until it is closed. Only the leader does so. It writes nothing. */
export function openCensus(
  deps: CensusDeps,
  leadership: Pick<Leadership, 'leads'>,
  telemetry: Telemetry<never>,
): Repetition {
  return whileLeading(leadership, async (signal) => {
    try {
      await countOn(deps, telemetry, signal);
    } finally {
      deps.tally.end('census');
    }
  });
}
