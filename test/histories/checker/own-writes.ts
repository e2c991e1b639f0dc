import type { Call, History } from './history.ts';
import { HELD, type Verdict, violated } from './verdict.ts';
import { nameOf, plainTemplate, type Step } from './workload-steps.ts';

/** Whether a call may make lockstep write a workload: a scale-up by a client, or the pod of a DaemonSet. */
function asks(call: Call, { name, uid }: Step['life']): boolean {
  if (call.resource === 'pods') return call.verb === 'create' && call.podOf === uid;
  return call.by === 'client' && call.subresource === 'scale' && call.name === name;
}

/** The calls that may have made lockstep write this. */
export function askersOf(history: History, { life }: Pick<Step, 'life'>, patch: Call): readonly Call[] {
  return history.calls.filter(
    (call) =>
      asks(call, life) &&
      !call.dryRun &&
      call.received <= patch.received &&
      // The PATCH of a killed replica may arrive after the API server has given up on the replica.
      (patch.received <= call.completed || call.unchecked),
  );
}

/**
 * lockstep itself writes only its marks, and only in a call that may ask for it and is no dry run. Where it follows
 * edits, it needs no call. `Quiet` holds that something has moved.
 */
export function ownWrite(history: History, step: Step): readonly Verdict[] {
  const { before, commit, calls } = step;
  const patch = calls.find((call) => call.by === 'lockstep');
  if (!patch || !before) return [];
  const name = nameOf(step);
  if (!history.edits && askersOf(history, step, patch).length === 0)
    return [violated(`no call asked for ${name}`, commit.version)];
  // A PATCH that finds nothing to change is answered with what another call wrote.
  const same =
    calls.length > 1 ||
    (plainTemplate(before.object) === plainTemplate(commit.object) &&
      before.object.replicas === commit.object.replicas);
  return [same ? HELD : violated(`${name} changed more than marks`, commit.version)];
}
