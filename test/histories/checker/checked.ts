import type { History } from './history.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

/**
 * How long after a kill a call may still meet the dead replica's connections, in microseconds. They are closed when the
 * process is gone; the rest is for a machine with little time to spare.
 */
const AFTERMATH = 2_000_000;

/** What the other invariants are exempt from happens only around kills: lockstep misses no call by itself. */
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
        : violated(`${call.what} was not checked, and no replica was killed then`, call.version);
    });
}
