import { canonicalJson } from '../../../src/digest/canonical.ts';
import { configState, shortDigest } from '../../../src/digest/format.ts';
import { ABSENT } from '../../../src/digest/source.ts';
import { marksOf } from '../../../src/marks/marks.ts';
import { recordedHold } from '../../../src/marks/records.ts';
import { asksForPin, pinLabel } from '../../../src/policy/managed.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import { viewOf } from '../../kit/deployments.ts';
import { copyAt, endOf, pinnedBy } from './copies.ts';
import { hashOf, isManaged, nameOf, type Step, stepsOf } from './deployment-steps.ts';
import type { Brought, Call, History, Version } from './history.ts';
import { reviewWindow } from './in-step.ts';
import { digestsIn, FORMAT, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import type { Window } from './windows.ts';

export const asksForCopies = ({ pinNamespace }: History, deployment: Deployment): boolean =>
  asksForPin(pinLabel(deployment.metadata.labels), pinNamespace);

/** The hashes that a Deployment's configuration had at some time in a window. */
function liveHashes(history: History, deployment: Deployment, window: Window): ReadonlySet<string> {
  const states = usagesOf(deployment).reduce<readonly ReadonlyMap<string, string>[]>(
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
function areThere(history: History, deployment: Deployment, marks: Brought, { from, to }: Window): boolean {
  return pinnedBy(marks).every(({ id, short, copy }) => {
    if (short === ABSENT) return true;
    const found = copyAt(history, copy, from);
    if (found && endOf(found) > to) return true;
    const usage = usagesOf(deployment).find((one) => sourceId(one) === id);
    const live = usage ? [...digestsIn(history, usage, { from, to })] : [];
    return live.length === 1 && live.every((digest) => shortDigest(digest) === short);
  });
}

const broughtTo = ({ commit, calls }: Step): Call | undefined =>
  calls.find((call) => call.brings !== undefined && call.brings.hash === hashOf(commit.object));

/** Whether the Deployment has had the template with these marks. Only its own revisions count. */
function wasThere({ life, commit }: Step): boolean {
  const now = canonicalJson(commit.object.spec.template);
  return life.commits.some(
    ({ version, object }) => version < commit.version && canonicalJson(object.spec.template) === now,
  );
}

/** Whether the Deployment has had a template with these marks. An undo may cross a delete and a create. */
function hadMarks({ life, commit }: Step, { hash, pinned }: Brought): boolean {
  return life.commits.some(({ version, object }) => {
    const marks = marksOf(viewOf(object));
    return version < commit.version && marks.hash === hash && marks.pinned === pinned;
  });
}

const isThere = (history: History, marks: Parameters<typeof pinnedBy>[0], version: Version) =>
  pinnedBy(marks).every(({ short, copy }) => short === ABSENT || copyAt(history, copy, version));

/**
 * A hold begins with an undo. The workload must ask for copies, it must have had the template, and the copies
 * must exist.
 */
function beginningVerdicts(history: History, step: Step): readonly Verdict[] {
  const { before, commit, calls } = step;
  const [was, is] = [before && recordedHold(viewOf(before.object)), recordedHold(viewOf(commit.object))];
  if (!is || canonicalJson(was ?? {}) === canonicalJson(is)) return [];
  if (calls.some(({ unchecked }) => unchecked)) return [exempt('not checked: a replica was killed')];
  // If lockstep is kept out, an undo brings back the annotations of that time.
  if (!isManaged(commit.object)) return [exempt('unmanaged')];
  const wrongs = [
    ...(broughtTo(step) ? [] : ['no undo brought it']),
    ...(asksForCopies(history, commit.object) ? [] : ['it does not ask for copies']),
    ...(wasThere(step) ? [] : ['it never had this template']),
    ...(isThere(history, marksOf(viewOf(commit.object)), commit.version) ? [] : ['its copies are not there']),
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
    if (!hadMarks(step, brings)) return [exempt('the marks are those of an earlier Deployment of its name')];
    if (liveHashes(history, commit.object, window).has(brings.hash)) return [];
    if (!areThere(history, commit.object, brings, { from: window.from, to: commit.version })) return [];
    if (hashOf(commit.object) === brings.hash && recordedHold(viewOf(commit.object))) return [HELD];
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
