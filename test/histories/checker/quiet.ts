import { canonicalJson } from '../../../src/digest/canonical.ts';
import { marksOf } from '../../../src/marks/marks.ts';
import { recordedHold } from '../../../src/marks/records.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { asksForCopies } from './held.ts';
import type { History } from './history.ts';
import { createWindow, orphansOf } from './orphans.ts';
import { hadMarks } from './own-revisions.ts';
import { ownWrite } from './own-writes.ts';
import { digestsIn, usagesOf, wasLive } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import type { Window } from './windows.ts';
import {
  hashOf,
  isManaged,
  leftAlone,
  nameOf,
  plainTemplate,
  type Step,
  standingConfig,
  stepsOf,
} from './workload-steps.ts';

const pinnedOn = (workload: Workload) => marksOf(workload).pinned;
const isUnchecked = ({ calls }: Step) => calls.some((call) => call.unchecked);

/**
 * The time in which the sources were read for a step. A write is committed only on the version that was
 * reviewed, so its review is not older than that version.
 */
function readWindow(history: History, step: Step): Window {
  const { before, commit } = step;
  return before ? { from: before.version, to: commit.version } : createWindow(history, step);
}

/**
 * The step that wrote the hash that a later step changes. undefined: that write was not reviewed, or the workload
 * has adopted the hash of an earlier one.
 */
function originOf(history: History, steps: readonly Step[], later: number): Step | undefined {
  const [last, ...earlier] = steps.slice(0, later).reverse();
  let origin = last;
  for (const step of earlier) {
    if (!last || hashOf(step.commit.object) !== hashOf(last.commit.object)) break;
    origin = step;
  }
  if (!origin || isUnchecked(origin) || !isManaged(origin.commit.object)) return undefined;
  const { possible } = orphansOf(history, origin, createWindow(history, origin));
  return possible.length > 0 ? undefined : origin;
}

/**
 * Whether everything that is used stayed the same from the write of the hash to the end of the step that
 * changes it.
 */
function nothingMoved(history: History, origin: Step | undefined, step: Step): boolean {
  const used = usagesOf(step.commit.object);
  if (!origin || canonicalJson(usagesOf(origin.commit.object)) !== canonicalJson(used)) return false;
  const windows = [readWindow(history, origin), readWindow(history, step)];
  return used.every(
    (usage) => new Set(windows.flatMap((window) => [...digestsIn(history, usage, window)])).size === 1,
  );
}

/**
 * The request is about a hash. Either an undo brings the hash of a revision of its own, while copies are asked for or the workload
 * is held (`Held` and `In step` check the result). Or a user removes a hold.
 */
function isAskedFor(history: History, step: Step): boolean {
  const { before, commit, calls } = step;
  if (!before) return false;
  const copies = asksForCopies(history, commit.object);
  const isHeld = recordedHold(before.object) !== undefined;
  return calls.some(({ by, brings, letsGo }) => {
    if (by !== 'client') return false;
    const undoes = brings !== undefined && brings.hash !== hashOf(before.object);
    const own = undoes && hadMarks(history, step, brings);
    return letsGo || (own && (isHeld || (copies && brings.pinned !== undefined)));
  });
}

/**
 * An undo to the very template at which a workload is held, which removes the hold's mark: at that time there
 * was no mark.
 */
function isUndoneAgain({ before, calls }: Step): boolean {
  if (!before || !recordedHold(before.object)) return false;
  return calls.some(({ by, brings }) => by === 'client' && brings?.hash === hashOf(before.object));
}

function hashChange(history: History, steps: readonly Step[], at: number, step: Step): Verdict {
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (isUnchecked(step)) return exempt('not checked: a replica was killed');
  // If lockstep is kept out, any writer of the template may write any hash.
  const alone = leftAlone(step.commit.object);
  if (alone) return exempt(alone);
  const before = steps[at - 1]?.commit.object;
  const recorded = before && standingConfig(before);
  // First contact with a workload that was created while lockstep could not be called, or was kept out.
  // Times in whole seconds tell whether its pods may differ (docs/adr/0002). A history of milliseconds cannot
  // be checked against these.
  if (!recorded) return exempt('nothing on record');
  // An undo from a template without a hash to one with a hash: the template changes, and the request asks for
  // the hash.
  if (hashOf(before) === undefined && step.calls.some((call) => call.brings))
    return exempt('nothing recorded, and the request brought a hash');
  if (isAskedFor(history, step)) return HELD;
  // Two clients undo at once. The second request looks like that of a user that removes the hold.
  if (isUndoneAgain(step)) return exempt('undone twice at once, which takes the hold away');
  const byBaseline = recorded.hash !== hashOf(before);
  // A baseline, or the state that a workload is held against, is valid for one template only. Another
  // template rolls anyway, and carries the hash itself.
  if (byBaseline && plainTemplate(before) !== plainTemplate(step.commit.object)) return HELD;
  const still = !byBaseline && nothingMoved(history, originOf(history, steps, at), step);
  if (!still && !wasLive(history, step.commit.object, recorded.sources, readWindow(history, step)))
    return HELD;
  return violated(`${nameOf(step)} rolls although nothing that it uses changed`, step.commit.version);
}

/**
 * The set of pinned sources never changes alone: that would restart pods. It waits for a rollout that is due.
 */
function pinChange(history: History, steps: readonly Step[], at: number, step: Step): Verdict {
  const { before, commit } = step;
  const comesWith =
    before &&
    (hashOf(before.object) !== hashOf(commit.object) ||
      plainTemplate(before.object) !== plainTemplate(commit.object));
  // If the template keeps its hash, a baseline can have named another hash, which is not live any more.
  return comesWith ? HELD : hashChange(history, steps, at, step);
}

/**
 * Invariant 4. The hash of a template changes only if the one before it was not live all the time. The set of
 * pinned sources changes only together with the hash or the template. lockstep itself writes only its marks,
 * and only when it is called.
 */
export function quiet(history: History): readonly Verdict[] {
  const lives = Map.groupBy(stepsOf(history), ({ life }) => life.uid);
  return [...lives.values()].flatMap((steps) =>
    steps.flatMap((step, at) => {
      const { before, commit } = step;
      const changed = before && hashOf(before.object) !== hashOf(commit.object);
      const repinned = before && pinnedOn(before.object) !== pinnedOn(commit.object);
      return [
        ...(changed ? [hashChange(history, steps, at, step)] : []),
        ...(repinned ? [pinChange(history, steps, at, step)] : []),
        ...ownWrite(history, step),
      ];
    }),
  );
}
