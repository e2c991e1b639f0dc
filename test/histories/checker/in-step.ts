import { inStepAtRest } from './at-rest.ts';
import { lostIn } from './gone.ts';
import type { Call, History } from './history.ts';
import { mismatch } from './mismatch.ts';
import { nodePods } from './node-pods.ts';
import { trueRecords } from './true-records.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { type Window, windowOf } from './windows.ts';
import { leftAlone, nameOf, type Step, stepsOf } from './workload-steps.ts';

const grew = ({ before, commit }: Step): boolean =>
  before !== undefined && (before.object.replicas ?? 0) < (commit.object.replicas ?? 0);

/** Whether the call of a client must leave a workload in step. */
function isDue(call: Call, step: Step): boolean {
  if (call.by !== 'client' || call.verb === 'delete') return false;
  if (call.subresource === '') return true;
  if (call.subresource !== 'scale') return false;
  // A scale that changed nothing is answered with a version that another call wrote. If lockstep was called,
  // the scale did grow the workload as it was at first, for example before another scale-up.
  return call.reviewed || call.unchecked || (step.calls.length === 1 && grew(step));
}

/**
 * The time in which a call's reviews can have read the sources. A write is committed only if the workload
 * still has the version that was reviewed. So the review of the committed write began after the version
 * before it existed. A scale that turned into a scale-down was reviewed only earlier.
 */
export function reviewWindow(history: History, call: Call, step: Step): Window {
  const window = windowOf(history, call);
  const last = step.calls.length === 1 && (call.subresource === '' || grew(step)) ? step.before : undefined;
  return last ? { ...window, from: Math.max(window.from, last.version) } : window;
}

function judge(history: History, call: Call, step: Step): Verdict {
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (call.unchecked) return exempt('not checked: a replica was killed');
  // The owner of the workload keeps lockstep out.
  const alone = leftAlone(step.commit.object);
  if (alone) return exempt(alone);
  const window = reviewWindow(history, call, step);
  const wrong = mismatch(history, step.commit.object, window);
  if (wrong === undefined) return HELD;
  // A rollout would end in pods that cannot start. `Never worse` holds that none begins.
  // Of several calls that were answered with one version, all but one changed nothing: it was there before them.
  const unchanged = step.calls.length > 1 ? [{ ...step, before: step.commit }] : [];
  if ([step, ...unchanged].some((each) => lostIn(history, each, window, 'sometimes')))
    return exempt('a source that its pods need is gone');
  return violated(`${call.what} left ${nameOf(step)} out of step: ${wrong}`, step.commit.version);
}

/**
 * Invariant 1. After each successful create, update and scale-up, the record of each source is what the
 * source held at some time between the beginning of the call and its commit. For a workload that an undo has
 * brought back to an earlier configuration, this applies to the state that it is held against. A first record is also
 * what the pods have read that are there already. The pod of a DaemonSet is its scale-up. Where lockstep follows edits, the
 * record is the live configuration once nothing happens any more.
 */
export function inStep(history: History): readonly Verdict[] {
  const due = stepsOf(history).flatMap((step) =>
    step.calls.filter((call) => isDue(call, step)).map((call) => judge(history, call, step)),
  );
  return [...due, ...nodePods(history), ...trueRecords(history), ...inStepAtRest(history)];
}
