import { countJudged, isOut } from './counted.ts';
import type { Indexed } from './indexed.ts';
import type { WorkloadKey } from './source-state.ts';
import type { TermState } from './state.ts';
import { targetOf } from './work.ts';

/**
 * Judges workloads anew that somebody has written, for the count alone. The queue does not look at one that waits
 * before it is its turn, and without this the count would be wrong until then. One after the other, as many may be
 * written at once.
 */
export function createRecount(state: TermState): (known: Indexed) => void {
  const { deps, reports, signal } = state;
  const due = new Map<WorkloadKey, Indexed>();
  let isRunning = false;

  async function run(): Promise<void> {
    // What is added meanwhile comes, too.
    for (const [key, known] of due) {
      due.delete(key);
      if (signal.aborted) break;
      try {
        const judged = await deps.ports.bring(targetOf(known, signal), true);
        // Meanwhile it may have been brought into step.
        if (!signal.aborted && isOut(state, known)) countJudged(state, known, judged);
      } catch (error) {
        if (!signal.aborted) reports.onError(error);
      }
    }
    isRunning = false;
  }

  return (known) => {
    due.set(known.member.key, known);
    if (isRunning) return;
    isRunning = true;
    void run();
  };
}
