import { canonicalJson } from '../../../src/digest/canonical.ts';
import { shortDigest } from '../../../src/digest/format.ts';
import { marksOf } from '../../../src/marks/marks.ts';
import { recordedHold } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import { viewOf } from '../../kit/deployments.ts';
import {
  hashOf,
  isManaged,
  nameOf,
  plainTemplate,
  type Step,
  standingConfig,
  stepsOf,
} from './deployment-steps.ts';
import { asksForCopies } from './held.ts';
import type { History } from './history.ts';
import { ownWrite } from './own-writes.ts';
import { digestsIn, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { type Window, windowOf } from './windows.ts';

const pinnedOn = (deployment: Deployment) => marksOf(viewOf(deployment)).pinned;
const isUnchecked = ({ calls }: Step) => calls.some((call) => call.unchecked);

/**
 * When the sources were read for a step. A write is committed only on the version that was reviewed, so its review is not
 * older than that.
 */
function readWindow(history: History, { before, commit, calls }: Step): Window {
  const from = before?.version ?? Math.max(0, ...calls.map((call) => windowOf(history, call).from));
  return { from, to: commit.version };
}

/** The step in which the hash was written that a later step changes; undefined: who wrote it was not reviewed. */
function originOf(steps: readonly Step[], later: number): Step | undefined {
  const [last, ...earlier] = steps.slice(0, later).reverse();
  let origin = last;
  for (const step of earlier) {
    if (!last || hashOf(step.commit.object) !== hashOf(last.commit.object)) break;
    origin = step;
  }
  return origin && !isUnchecked(origin) && isManaged(origin.commit.object) ? origin : undefined;
}

/** Everything that is used was one and the same when the hash was written, and all through the step that changes it. */
function nothingMoved(history: History, origin: Step | undefined, step: Step): boolean {
  const used = usagesOf(step.commit.object);
  if (!origin || canonicalJson(usagesOf(origin.commit.object)) !== canonicalJson(used)) return false;
  const windows = [readWindow(history, origin), readWindow(history, step)];
  return used.every(
    (usage) => new Set(windows.flatMap((window) => [...digestsIn(history, usage, window)])).size === 1,
  );
}

/** What was recorded before a step was live all through it. */
function wasLive(history: History, step: Step, sources: Readonly<Record<string, string>>): boolean {
  const used = usagesOf(step.commit.object);
  if (used.map(sourceId).sort().join() !== Object.keys(sources).sort().join()) return false;
  const window = readWindow(history, step);
  return used.every((usage) =>
    [...digestsIn(history, usage, window)].every(
      (digest) => shortDigest(digest) === sources[sourceId(usage)],
    ),
  );
}

/**
 * A hash is what the request is about: an undo, where copies are asked for or the workload is held, brings its own (`Held`
 * and `In step` say what comes of it); or a user takes a hold away.
 */
function isAskedFor(history: History, { before, commit, calls }: Step): boolean {
  if (!before) return false;
  const copies = asksForCopies(history, commit.object);
  const isHeld = recordedHold(viewOf(before.object)) !== undefined;
  return calls.some(({ by, brings, letsGo }) => {
    if (by !== 'client') return false;
    const undoes = brings !== undefined && brings.hash !== hashOf(before.object);
    return letsGo || (undoes && (isHeld || (copies && brings.pinned !== undefined)));
  });
}

/** An undo to the very template that a workload is held at, which takes the hold's mark away: it was not there then. */
function isUndoneAgain({ before, calls }: Step): boolean {
  if (!before || !recordedHold(viewOf(before.object))) return false;
  return calls.some(({ by, brings }) => by === 'client' && brings?.hash === hashOf(before.object));
}

function hashChange(history: History, steps: readonly Step[], at: number, step: Step): Verdict {
  // Nobody who could have known was asked: `Checked` holds that this stays rare.
  if (isUnchecked(step)) return exempt('not checked: a replica was killed');
  // Out of lockstep's reach, whoever writes the template may write any hash.
  if (!isManaged(step.commit.object)) return exempt('unmanaged');
  const before = steps[at - 1]?.commit.object;
  const recorded = before && standingConfig(before);
  // First contact with a Deployment that was made while lockstep could not be asked, or was kept out: whether its pods may
  // differ is told by times in whole seconds (docs/adr/0002), which a history of milliseconds cannot hold to.
  if (!recorded) return exempt('nothing on record');
  // An undo from a template without a hash to one with: the template changes, and a hash was asked for.
  if (hashOf(before) === undefined && step.calls.some((call) => call.brings))
    return exempt('nothing recorded, and the request brought a hash');
  if (isAskedFor(history, step)) return HELD;
  // Two clients that undo at once: what the second one sends is what a user sends who takes the hold away.
  if (isUndoneAgain(step)) return exempt('undone twice at once, which takes the hold away');
  const byBaseline = recorded.hash !== hashOf(before);
  // A baseline, or what a workload is held against, speaks for one template only: another one, which rolls anyway,
  // carries the hash itself.
  if (byBaseline && plainTemplate(before) !== plainTemplate(step.commit.object)) return HELD;
  const still = !byBaseline && nothingMoved(history, originOf(steps, at), step);
  if (!still && !wasLive(history, step, recorded.sources)) return HELD;
  return violated(`${nameOf(step)} rolls although nothing that it uses changed`, step.commit.version);
}

/** What is pinned never changes alone: that restarts pods, and is to wait for a rollout that is due. */
function pinChange(history: History, steps: readonly Step[], at: number, step: Step): Verdict {
  const { before, commit } = step;
  const comesWith =
    before &&
    (hashOf(before.object) !== hashOf(commit.object) ||
      plainTemplate(before.object) !== plainTemplate(commit.object));
  // Where the template keeps its hash, a baseline can have named another, which is not live any more.
  return comesWith ? HELD : hashChange(history, steps, at, step);
}

/**
 * Invariant 4. The hash of a template changes only where the one before it was not live all the time, what is pinned only
 * together with the hash or the template, and lockstep itself writes only its marks, only when it is asked.
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
