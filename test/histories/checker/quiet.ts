import { shortDigest } from '../../../src/digest/format.ts';
import { recordedState } from '../../../src/policy/marks.ts';
import { sourceId } from '../../../src/references/usage.ts';
import { hashOf, isManaged, nameOf, plainTemplate, type Step, stepsOf } from './deployments.ts';
import type { Call, History } from './history.ts';
import { digestsIn, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

function hashChange(history: History, step: Step, before: NonNullable<Step['before']>): Verdict {
  // Nobody who could have known was asked: `Checked` holds that this stays rare.
  if (step.calls.some((call) => call.unchecked)) return exempt('not checked: a replica was killed');
  // Out of lockstep's reach, whoever writes the template may write any hash.
  if (!isManaged(step.commit.object)) return exempt('unmanaged');
  const recorded = recordedState(before.object);
  // First contact with a Deployment that was made while lockstep could not be asked, or was kept out: whether its pods may
  // differ is told by times in whole seconds (docs/adr/0002), which a history of milliseconds cannot hold to.
  if (!recorded) return exempt('nothing on record');
  // An undo from a template without a hash to one with: the template changes, and a hash was asked for.
  if (hashOf(before.object) === undefined && step.calls.some((call) => call.carriesHash))
    return exempt('nothing recorded, and the request brought a hash');
  // A baseline speaks for one template only: another one, which rolls anyway, carries the hash itself.
  const byBaseline = recorded.hash !== hashOf(before.object);
  if (byBaseline && plainTemplate(before.object) !== plainTemplate(step.commit.object)) return HELD;
  const used = usagesOf(step.commit.object);
  const ids = used.map(sourceId).sort().join();
  if (ids !== Object.keys(recorded.sources).sort().join()) return HELD;
  // A write is committed only on the version that was reviewed, so its review is not older than that.
  const window = { from: before.version, to: step.commit.version };
  const moved = used.some((usage) =>
    [...digestsIn(history, usage, window)].some(
      (digest) => shortDigest(digest) !== recorded.sources[sourceId(usage)],
    ),
  );
  return moved
    ? HELD
    : violated(
        `${nameOf(step)} rolls although nothing that it uses changed since @${before.version}`,
        step.commit.version,
      );
}

function isEnclosed(history: History, patch: Call): boolean {
  return history.calls.some(
    (call) =>
      call.by === 'client' &&
      call.subresource === 'scale' &&
      call.name === patch.name &&
      !call.dryRun &&
      call.received <= patch.received &&
      // The PATCH of a replica that was killed may come in after the API server has given up on the replica.
      (patch.received <= call.completed || call.unchecked),
  );
}

function ownPatch(history: History, step: Step, before: NonNullable<Step['before']>): Verdict {
  const patch = step.calls.find((call) => call.by === 'lockstep');
  if (!patch) return HELD;
  if (!isEnclosed(history, patch)) return violated(`nobody asked for ${nameOf(step)}`, step.commit.version);
  const same =
    plainTemplate(before.object) === plainTemplate(step.commit.object) &&
    before.object.spec.replicas === step.commit.object.spec.replicas;
  return same ? HELD : violated(`${nameOf(step)} changed more than marks`, step.commit.version);
}

/**
 * Invariant 4. The hash of a template changes only where the one before it was not live all the time, and lockstep itself
 * writes only its marks, only in a scale-up that is no dry run.
 */
export function quiet(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) => {
    const { before, commit } = step;
    if (!before) return [];
    const changed = hashOf(before.object) !== hashOf(commit.object);
    return [
      ...(changed ? [hashChange(history, step, before)] : []),
      ...(step.calls.some((call) => call.by === 'lockstep') ? [ownPatch(history, step, before)] : []),
    ];
  });
}
