import { CONFIG_HASH } from '../../../src/marks/names.ts';
import { valueAt } from '../../../src/workloads/fields.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { Commit, History, Life } from './history.ts';
import { ownerOf } from './revisions.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf, windowOf } from './windows.ts';
import { hashOf, leftAlone } from './workload-steps.ts';

/** The ordinal of a pod of a StatefulSet. */
const ordinalOf = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));

/** Whether a version of a workload asks for a pod of this name. Nodes decide how many pods a DaemonSet has. */
const asksFor = ({ replicas }: Workload, name: string): boolean =>
  replicas === undefined || ordinalOf(name) < replicas;

/**
 * The versions from which a controller may have made a pod. Once it has written that it has seen a spec, it goes
 * back to no earlier one.
 */
function sourcesOf(history: History, workload: Life<Workload>, pod: Life<Pod>, made: Commit<Pod>) {
  const [call] = callsOf(history, 'pods', pod.name, made.version);
  const before = call ? windowOf(history, call).from : 0;
  const seen = workload.commits.findLast(
    ({ version, object }) => version <= before && object.rollout.observed,
  );
  return workload.commits
    .filter(({ version }) => version <= made.version && version >= (seen?.version ?? 0))
    .map(({ object }) => object);
}

/** Why a StatefulSet may make a pod from an earlier template. */
function mayBeStale({ object, strategy, kind }: Workload, name: string) {
  if (kind.kind !== 'StatefulSet' || strategy.type !== 'rolling') return undefined;
  if (ordinalOf(name) < strategy.partition) return 'its ordinal is below the partition';
  const given = valueAt(object, ['spec', 'updateStrategy', 'rollingUpdate']);
  return given ? undefined : 'its update strategy is written out without a partition';
}

function judge(history: History, workload: Life<Workload>, pod: Life<Pod>, made: Commit<Pod>): Verdict {
  if ((workload.deletedAt ?? Number.POSITIVE_INFINITY) <= made.version) return exempt('its workload is gone');
  const sources = sourcesOf(history, workload, pod, made);
  const hash = made.object.metadata.annotations?.[CONFIG_HASH];
  if (sources.some((each) => hashOf(each) === hash && asksFor(each, pod.name))) return HELD;
  const reason = sources.map((each) => mayBeStale(each, pod.name) ?? leftAlone(each)).find(Boolean);
  if (reason) return exempt(reason);
  const hashes = sources.map((each) => hashOf(each) ?? 'none').join(', ');
  return violated(
    `${pod.name}@${made.version} starts under ${hash ?? 'no hash'}, and ${workload.name} had ${hashes}`,
    made.version,
  );
}

/**
 * A StatefulSet or DaemonSet starts pods under its present template only. A StatefulSet keeps ordinals below its
 * partition at the earlier template. With `{type: RollingUpdate}` alone, it may make a pod that is replaced from the
 * earlier one, too.
 */
export function stalePods(history: History): readonly Verdict[] {
  const byUid = new Map(history.workloads.map((life) => [life.uid, life]));
  return history.pods.flatMap((pod) => {
    const [made] = pod.commits;
    const workload = made && byUid.get(ownerOf(made.object) ?? '');
    return workload && made ? [judge(history, workload, pod, made)] : [];
  });
}
