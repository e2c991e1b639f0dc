import type { Call, History } from './history.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

/**
 * How long after a kill a call may still use the dead replica's connections, in microseconds. They are closed
 * when the process has ended. The rest is a margin for a busy machine.
 */
const AFTERMATH = 2_000_000;

function circumstances({ kills }: History, call: Call): string {
  const ms = (from: number) => `${Math.round((call.completed - from) / 1000)} ms`;
  const since = kills.filter((kill) => kill <= call.completed).map((kill) => `, ${ms(kill)} after a kill`);
  return `${call.uncheckedBecause ?? ''} (answered after ${ms(call.received)}${since.join('')})`;
}

/**
 * The other invariants exempt unchecked calls. Such calls happen only around kills: lockstep misses no call
 * by itself.
 */
export function checked(history: History): readonly Verdict[] {
  return history.calls
    .filter((call) => call.reviewed || call.unchecked)
    .map((call) => {
      if (!call.unchecked) return HELD;
      const around = history.kills.some(
        (kill) => call.received <= kill + AFTERMATH && kill <= call.completed,
      );
      return around
        ? exempt('not checked: a replica was killed')
        : violated(
            `${call.what} was not checked, and no replica was killed then: ${circumstances(history, call)}`,
            call.version,
          );
    });
}
