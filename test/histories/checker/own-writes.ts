import type { Call, History } from './history.ts';
import { HELD, type Verdict, violated } from './verdict.ts';
import { nameOf, plainTemplate, type Step } from './workload-steps.ts';

/** The scale-ups of clients that may have made lockstep write this. */
export function askersOf(history: History, patch: Call): readonly Call[] {
  return history.calls.filter(
    (call) =>
      call.by === 'client' &&
      call.subresource === 'scale' &&
      call.name === patch.name &&
      !call.dryRun &&
      call.received <= patch.received &&
      // The PATCH of a killed replica may arrive after the API server has given up on the replica.
      (patch.received <= call.completed || call.unchecked),
  );
}

/** lockstep itself writes only its marks, and only in a scale-up that is no dry run. */
export function ownWrite(history: History, { before, commit, calls, ...step }: Step): readonly Verdict[] {
  const patch = calls.find((call) => call.by === 'lockstep');
  if (!patch || !before) return [];
  const name = nameOf({ ...step, before, commit, calls });
  if (askersOf(history, patch).length === 0) return [violated(`no call asked for ${name}`, commit.version)];
  // A PATCH that finds nothing to change is answered with what another call wrote.
  const same =
    calls.length > 1 ||
    (plainTemplate(before.object) === plainTemplate(commit.object) &&
      before.object.replicas === commit.object.replicas);
  return [same ? HELD : violated(`${name} changed more than marks`, commit.version)];
}
