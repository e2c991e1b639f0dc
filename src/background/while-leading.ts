import type { Leadership } from './leader.ts';
import { type Repetition, repeat } from './repeat.ts';

/** Whether this replica leads is asked so often. */
const PACE_MS = 500;

/**
 * Does some work for as long as this replica leads, and anew when it leads again, until it is closed.
 * @param work never rejects. Its signal is aborted when this replica does not lead any more
 */
export function whileLeading(
  leadership: Pick<Leadership, 'leads'>,
  work: (signal: AbortSignal) => Promise<void>,
): Repetition {
  return repeat(async (closing) => {
    if (!leadership.leads()) return PACE_MS;
    const ended = new AbortController();
    const watch = setInterval(() => {
      if (!leadership.leads()) ended.abort();
    }, PACE_MS);
    try {
      await work(AbortSignal.any([closing, ended.signal]));
    } finally {
      clearInterval(watch);
    }
    return PACE_MS;
  });
}
