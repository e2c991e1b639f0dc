import { sleep } from '../abort.ts';
import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { censusPass, type PassDeps } from './pass.ts';

/** Whether this replica leads is asked so often. */
const PACE_MS = 500;

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
  return repeat(async (closing) => {
    if (!leadership.leads()) return PACE_MS;
    const ended = new AbortController();
    const watch = setInterval(() => {
      if (!leadership.leads()) ended.abort();
    }, PACE_MS);
    try {
      await countOn(deps, telemetry, AbortSignal.any([closing, ended.signal]));
    } finally {
      clearInterval(watch);
      deps.tally.end('census');
    }
    return PACE_MS;
  });
}
