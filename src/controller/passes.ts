import type { Member } from './entry.ts';
import type { WorkloadKey } from './source-state.ts';

/** So many workloads are looked at in a second after the start. */
const PER_SECOND = 20;

/** Those that go before others are looked at before them. */
export const inTurn = (members: readonly Member[]): readonly Member[] =>
  members.toSorted((a, b) => Number(b.first) - Number(a.first));

/** Passes over all workloads, one after the other, for what no watch has told of. */
export interface Passes {
  /** Whose turn it is by now. */
  due(nowMs: number): readonly WorkloadKey[];
}

/**
 * The first pass begins at once, and catches up. Each later one takes its time.
 * @param keysNow all workloads as they are when a pass begins
 * @param everyMs how long a pass takes, at least
 */
export function createPasses(
  keysNow: () => readonly WorkloadKey[],
  everyMs: number,
  startMs: number,
): Passes {
  let keys = keysNow();
  let begunMs = startMs;
  let takesMs = (keys.length / PER_SECOND) * 1000;
  let done = 0;
  return {
    due(nowMs) {
      const share = takesMs > 0 ? Math.min((nowMs - begunMs) / takesMs, 1) : 1;
      const until = Math.floor(keys.length * share);
      const due = keys.slice(done, until);
      done = until;
      if (share >= 1 && nowMs - begunMs >= everyMs) {
        keys = keysNow();
        begunMs = nowMs;
        takesMs = Math.max(everyMs, (keys.length / PER_SECOND) * 1000);
        done = 0;
      }
      return due;
    },
  };
}
