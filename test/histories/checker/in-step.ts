import { configState, shortDigest } from '../../../src/digest/format.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { type Deployment, replicasOf } from '../../../src/workloads/deployment.ts';
import { isManaged, nameOf, type Step, standingConfig, stepsOf } from './deployment-steps.ts';
import type { Call, History } from './history.ts';
import { digestsIn, FORMAT, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { type Window, windowOf } from './windows.ts';

const grew = ({ before, commit }: Step): boolean =>
  before !== undefined && replicasOf(before.object) < replicasOf(commit.object);

/** Calls of clients that must leave a Deployment in step. */
function isDue(call: Call, step: Step): boolean {
  if (call.by !== 'client' || call.verb === 'delete') return false;
  if (call.subresource === '') return true;
  if (call.subresource !== 'scale') return false;
  // A scale that changed nothing is answered with a version that somebody else wrote. Where lockstep was asked, the call
  // did grow the Deployment as it was at first: before somebody else's scale-up, for one.
  return call.reviewed || call.unchecked || (step.calls.length === 1 && grew(step));
}

/**
 * When a call's reviews can have read the sources. A write is committed only if the Deployment still is the one that was
 * reviewed, so the review of what was committed began after the version before it was there. A scale that came to be a
 * scale-down was reviewed only earlier.
 */
export function reviewWindow(history: History, call: Call, step: Step): Window {
  const window = windowOf(history, call);
  const last = step.calls.length === 1 && (call.subresource === '' || grew(step)) ? step.before : undefined;
  return last ? { ...window, from: Math.max(window.from, last.version) } : window;
}

function mismatch(history: History, deployment: Deployment, window: Window): string | undefined {
  const recorded = standingConfig(deployment);
  if (!recorded) return 'nothing is recorded';
  const digests = new Map<string, string>();
  for (const usage of usagesOf(deployment)) {
    const id = sourceId(usage);
    const live = digestsIn(history, usage, window);
    const match = [...live].find((digest) => shortDigest(digest) === recorded.sources[id]);
    if (match === undefined) {
      const were = [...live].map(shortDigest).join(' or ');
      return `${id} is recorded as ${recorded.sources[id] ?? 'nothing'}, and was ${were} from @${window.from} to @${window.to}`;
    }
    digests.set(id, match);
  }
  const { hash, sources } = configState(digests, FORMAT);
  if (Object.keys(recorded.sources).length !== Object.keys(sources).length)
    return 'more sources are recorded than are used';
  return hash === recorded.hash ? undefined : 'the config hash is not that of the recorded sources';
}

function judge(history: History, call: Call, step: Step): Verdict {
  // Nobody who could have known was asked: `Checked` holds that this stays rare.
  if (call.unchecked) return exempt('not checked: a replica was killed');
  // The owner of the Deployment has told lockstep to keep out.
  if (!isManaged(step.commit.object)) return exempt('unmanaged');
  const wrong = mismatch(history, step.commit.object, reviewWindow(history, call, step));
  return wrong === undefined
    ? HELD
    : violated(`${call.what} left ${nameOf(step)} out of step: ${wrong}`, step.commit.version);
}

/**
 * Invariant 1. After each create, update and scale-up that succeeded, what is recorded of each source is what the source
 * held at some time between the call's beginning and its commit. Of a workload that an undo has brought back to an earlier
 * configuration, it is what that is held against.
 */
export function inStep(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) =>
    step.calls.filter((call) => isDue(call, step)).map((call) => judge(history, call, step)),
  );
}
