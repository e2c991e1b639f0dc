import type { Call, History } from './history.ts';
import { HELD, type Verdict, violated } from './verdict.ts';

const isDuring = (patch: Call, refused: Call): boolean =>
  patch.received >= refused.received && patch.completed <= refused.completed;

/**
 * lockstep refuses no call, with one exception: the pod of a DaemonSet, in the review that has patched the DaemonSet.
 * Its controller then makes the pod from the new template. Each PATCH accounts for one refusal.
 */
export function refusals(history: History): readonly Verdict[] {
  const patches = history.calls.filter(
    ({ by, verb, resource, succeeded }) =>
      by === 'lockstep' && verb === 'patch' && resource === 'daemonsets' && succeeded,
  );
  const names = new Map(history.workloads.map(({ uid, name }) => [uid, name]));
  const unused = new Set(patches);
  return history.calls
    .filter(({ refused }) => refused)
    .map((call) => {
      const owner = call.podOf === undefined ? undefined : names.get(call.podOf);
      const patch = [...unused].find((each) => each.name === owner && isDuring(each, call));
      if (!patch) return violated(`${call.what} is refused: ${call.verb} ${call.resource} ${call.name}`);
      unused.delete(patch);
      return HELD;
    });
}
