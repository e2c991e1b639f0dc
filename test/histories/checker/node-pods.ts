import { ABSENT } from '../../../src/digest/source.ts';
import { templateMarksOf } from '../../../src/marks/marks.ts';
import { DAEMON_SET } from '../../../src/workloads/daemon-set.ts';
import { valueAt } from '../../../src/workloads/fields.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { pinnedBy } from './copies.ts';
import type { Commit, History, Life, SeenPod } from './history.ts';
import { mismatch } from './mismatch.ts';
import { ownerOf } from './revisions.ts';
import { digestsIn, usagesOf } from './source-states.ts';
import { type Exemption, exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf, type Window, windowOf } from './windows.ts';
import { commitsIn, hashOf, leftAlone } from './workload-steps.ts';

/**
 * Whether a rollout may be making pods. The DaemonSet controller writes both numbers at once, and omits zeros. Until it has
 * seen a template, it makes pods from the one before, also with OnDelete.
 */
function isUnderWay({ object, rollout, strategy }: Workload): boolean {
  if (!rollout.observed) return true;
  if (strategy.type === 'on-delete') return false;
  const [updated, desired] = ['updatedNumberScheduled', 'desiredNumberScheduled'].map((name) =>
    Number(valueAt(object, ['status', name]) ?? 0),
  );
  return updated !== desired;
}

/** Why the pod of a DaemonSet in one of these versions starts with what is live, under whatever hash. */
function exemption(history: History, versions: readonly Workload[], window: Window): Exemption | undefined {
  const alone = versions.map(leftAlone).find(Boolean);
  if (alone) return alone;
  const isLost = (version: Workload) =>
    usagesOf(version).some((usage) => usage.required && digestsIn(history, usage, window).has(ABSENT));
  const reasons: readonly (readonly [Exemption, (version: Workload) => boolean])[] = [
    ['its workload carries no hash', (version) => hashOf(version) === undefined],
    // The pod may be one of the rollout's own. It starts no other one.
    ['its rollout is under way', isUnderWay],
    ['a source that its pods need is gone', isLost],
  ];
  return reasons.find(([, applies]) => versions.some(applies))?.[0];
}

function judge(
  history: History,
  workload: Life<Workload>,
  { name }: Life<SeenPod>,
  made: Commit<SeenPod>,
): Verdict {
  const calls = callsOf(history, 'pods', name, made.version);
  const [call] = calls;
  if (!call) return violated(`no call wrote ${name}@${made.version}`, made.version);
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (calls.some(({ unchecked }) => unchecked)) return exempt('not checked: a replica was killed');
  const window = { from: windowOf(history, call).from, to: made.version };
  if ((workload.deletedAt ?? Number.POSITIVE_INFINITY) <= window.to) return exempt('its workload is gone');
  const marks = templateMarksOf(made.object.metadata.annotations);
  const versions = commitsIn(workload, window).map(({ object }) => object);
  const own = versions.filter((version) => hashOf(version) === marks.hash);
  const wrongs = own.map((version) => mismatch(history, version, window));
  if (own.length > 0 && wrongs.includes(undefined)) return HELD;
  const reason = exemption(history, versions, window);
  if (reason) return exempt(reason);
  const why = wrongs[0] ?? 'its template is an earlier one';
  return violated(`${name}@${made.version} of ${workload.name} starts out of step: ${why}`, made.version);
}

/**
 * A pod is what a scale-up is for a DaemonSet: a node has joined, or a pod was deleted. Unless it reads copies, it starts
 * under a template that says what is live. While a rollout is under way, the next pod after it sets that right.
 */
export function nodePods(history: History): readonly Verdict[] {
  const daemonSets = new Map(
    history.workloads
      .filter(({ commits: [first] }) => first?.object.kind === DAEMON_SET)
      .map((life) => [life.uid, life]),
  );
  return history.pods.flatMap((pod) => {
    const [made] = pod.commits;
    const workload = made && daemonSets.get(ownerOf(made.object) ?? '');
    if (!workload || !made) return [];
    const pinned = pinnedBy(templateMarksOf(made.object.metadata.annotations));
    return pinned.length > 0 ? [] : [judge(history, workload, pod, made)];
  });
}
