import { ABSENT } from '../../../src/digest/source.ts';
import { recordedState } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { isIdle, type Workload } from '../../../src/workloads/workload.ts';
import type { History } from './history.ts';
import { asBefore, orphansOf } from './orphans.ts';
import { digestsIn, usagesOf } from './source-states.ts';
import type { Window } from './windows.ts';
import { plainTemplate, type Step } from './workload-steps.ts';

/**
 * Whether the pods of a workload would have lost a required source by a rollout. The source was absent at some time
 * in the window (`sometimes`), or all the time (`always`), and the pods were not made without it. A new template,
 * and a workload without pods, have no pods that serve with it. What a held workload is held against does not tell
 * what its pods were made with.
 */
export function lostIn(history: History, step: Step, window: Window, how: 'sometimes' | 'always'): boolean {
  const { before, commit } = step;
  if (before && plainTemplate(before.object) !== plainTemplate(commit.object)) return false;
  // A workload that is created may adopt pods, which must not lose it either.
  const were = before
    ? [before.object]
    : orphansOf(history, step, window).possible.map((orphan) => asBefore(step, orphan));
  return were.some((was) => isLost(history, was, commit.object, window, how));
}

/** The same for a workload that was one thing and is another. */
export function isLost(
  history: History,
  was: Workload,
  is: Workload,
  window: Window,
  how: 'sometimes' | 'always',
): boolean {
  if (isIdle(was)) return false;
  const recorded = recordedState(was)?.sources ?? {};
  return usagesOf(is).some((usage) => {
    if (!usage.required || recorded[sourceId(usage)] === ABSENT) return false;
    const digests = digestsIn(history, usage, window);
    return digests.has(ABSENT) && (how === 'sometimes' || digests.size === 1);
  });
}
