import { canonicalJson } from '../../../src/digest/canonical.ts';
import { configState, shortDigest } from '../../../src/digest/format.ts';
import { ABSENT } from '../../../src/digest/source.ts';
import { marksOf } from '../../../src/marks/marks.ts';
import { recordedHold } from '../../../src/marks/records.ts';
import { asksForPin, pinLabel } from '../../../src/policy/managed.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { copyAt, endOf, pinnedBy } from './copies.ts';
import type { Brought, Call, History, Version } from './history.ts';
import { reviewWindow } from './in-step.ts';
import { asBefore, createWindow, orphansOf } from './orphans.ts';
import { hadMarks, hadTemplate } from './own-revisions.ts';
import { digestsIn, FORMAT, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import type { Window } from './windows.ts';
import { hashOf, isManaged, leftAlone, nameOf, type Step, stepsOf } from './workload-steps.ts';

export const asksForCopies = ({ pinNamespace }: History, workload: Workload): boolean =>
  asksForPin(pinLabel(workload.metadata.labels), pinNamespace);

/** The hashes that a workload's configuration had at some time in a window. */
function liveHashes(history: History, workload: Workload, window: Window): ReadonlySet<string> {
  const states = usagesOf(workload).reduce<readonly ReadonlyMap<string, string>[]>(
    (some, usage) =>
      some.flatMap((state) =>
        [...digestsIn(history, usage, window)].map(
          (digest) => new Map([...state, [sourceId(usage), digest]]),
        ),
      ),
    [new Map()],
  );
  return new Set(states.map((state) => configState(state, FORMAT).hash));
}

/**
 * Whether all copies that the marks name exist from one version to another, or can be made from the sources.
 */
function areThere(history: History, workload: Workload, marks: Brought, { from, to }: Window): boolean {
  return pinnedBy(marks).every(({ id, short, copy }) => {
    if (short === ABSENT) return true;
    const found = copyAt(history, copy, from);
    if (found && endOf(found) > to) return true;
    const usage = usagesOf(workload).find((one) => sourceId(one) === id);
    const live = usage ? [...digestsIn(history, usage, { from, to })] : [];
    return live.length === 1 && live.every((digest) => shortDigest(digest) === short);
  });
}

const broughtTo = ({ commit, calls }: Step): Call | undefined =>
  calls.find((call) => call.brings !== undefined && call.brings.hash === hashOf(commit.object));

const isThere = (history: History, marks: Parameters<typeof pinnedBy>[0], version: Version) =>
  pinnedBy(marks).every(({ short, copy }) => short === ABSENT || copyAt(history, copy, version));

/**
 * A hold begins with an undo. The workload must ask for copies, it must have had the template, and the copies
 * must exist.
 */
function beginningVerdicts(history: History, step: Step): readonly Verdict[] {
  const { before, commit, calls } = step;
  const is = recordedHold(commit.object);
  if (!is) return [];
  // A create that adopts a ReplicaSet continues the hold that both have.
  const were = before
    ? [before.object]
    : orphansOf(history, step, createWindow(history, step)).possible.map((orphan) => asBefore(step, orphan));
  const isSame = (was: Workload) => canonicalJson(recordedHold(was) ?? {}) === canonicalJson(is);
  if (were.some(isSame)) return [];
  if (calls.some(({ unchecked }) => unchecked)) return [exempt('not checked: a replica was killed')];
  // If lockstep is kept out, an undo brings back the annotations of that time.
  const alone = leftAlone(commit.object);
  if (alone) return [exempt(alone)];
  const wrongs = [
    ...(broughtTo(step) ? [] : ['no undo brought it']),
    ...(asksForCopies(history, commit.object) ? [] : ['it does not ask for copies']),
    ...(hadTemplate(history, step) ? [] : ['it never had this template']),
    ...(isThere(history, marksOf(commit.object), commit.version) ? [] : ['its copies are not there']),
  ];
  if (wrongs.length === 0) return [HELD];
  return [violated(`${nameOf(step)} is held, though ${wrongs.join(', ')}`, commit.version)];
}

/** An undo that can be held is held: its hash is neither the one before nor today's, and its copies exist. */
function undoVerdicts(history: History, step: Step): readonly Verdict[] {
  const { before, commit } = step;
  return step.calls.flatMap((call): readonly Verdict[] => {
    const { brings } = call;
    if (call.by !== 'client' || brings?.pinned === undefined || call.unchecked) return [];
    if (!isManaged(commit.object) || !asksForCopies(history, commit.object)) return [];
    const hashBefore = before && hashOf(before.object);
    const window = reviewWindow(history, call, step);
    if (hashBefore === undefined || brings.hash === hashBefore) return [];
    if (!hadMarks(history, step, brings)) return [exempt('the marks are of no revision of its own')];
    // A controller may copy marks that no ReplicaSet of the workload has carried yet.
    if (call.copies) return [exempt('a controller copied the marks of a revision of its own')];
    if (liveHashes(history, commit.object, window).has(brings.hash)) return [];
    // A call that changed nothing may have been received only after the version was there.
    const to = window.from < commit.version ? commit.version : window.to;
    if (!areThere(history, commit.object, brings, { from: window.from, to })) return [];
    if (hashOf(commit.object) === brings.hash && recordedHold(commit.object)) return [HELD];
    return [
      violated(`${nameOf(step)} is not held at ${brings.hash}, whose copies are there`, commit.version),
    ];
  });
}

/**
 * Held: an undo of a pinned workload brings its configuration back, and the workload is held against today's
 * configuration. Nothing else is held. `In step` checks that the mark names the live configuration, then and
 * with each call that follows. `Quiet` checks that only an edit or the user ends a hold.
 */
export function held(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) => [
    ...beginningVerdicts(history, step),
    ...undoVerdicts(history, step),
  ]);
}
