import { CONFIG_HASH } from '../../../src/marks/names.ts';
import type { Commit, History, Life, Revision } from './history.ts';
import { ownerOf } from './revisions.ts';
import { stalePods } from './stale-pods.ts';
import { type Exemption, exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf, windowOf } from './windows.ts';
import { commitsIn, hashOf, leftAlone } from './workload-steps.ts';

const sizeOf = ({ object }: Commit<Revision>) => object.replicas ?? 0;

function judge(
  history: History,
  life: Life<Revision>,
  before: Commit<Revision>,
  commit: Commit<Revision>,
): Verdict {
  const calls = callsOf(history, 'replicasets', life.name, commit.version);
  const [call] = calls;
  if (!call) return violated(`no call wrote ${life.name}@${commit.version}`, commit.version);
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (calls.some(({ unchecked }) => unchecked)) return exempt('not checked: a replica was killed');
  const seen = windowOf(history, call);
  const window = { from: Math.max(seen.from, before.version), to: commit.version };
  const owner = ownerOf(commit.object);
  const deployment = history.workloads.find(({ uid }) => uid === owner);
  // If the Deployment of a ReplicaSet was deleted, there is nothing to be in step with.
  if (!deployment || (deployment.deletedAt ?? Number.POSITIVE_INFINITY) <= window.to)
    return exempt('its workload is gone');
  const versions = commitsIn(deployment, window).map(({ object }) => object);
  const hash = commit.object.template?.metadata?.annotations?.[CONFIG_HASH];
  if (versions.some((version) => hashOf(version) === hash)) return HELD;
  const alone = versions.map(leftAlone).find(Boolean);
  if (alone) return exempt(alone);
  const reasons: readonly (readonly [Exemption, boolean])[] = [
    // The Deployment was adopted, or created while lockstep could not be called: no version is the right one
    // yet.
    ['its workload carries no hash', versions.some((version) => hashOf(version) === undefined)],
    // No new pods would replace the refused ones, so capacity comes first (docs/adr/0003).
    ['its deployment is paused', versions.some(({ paused }) => paused)],
    ['its deployment’s rollout has failed', versions.some(({ rollout }) => rollout.failed)],
  ];
  const reason = reasons.find(([, applies]) => applies);
  if (reason) return exempt(reason[0]);
  const grew = `${life.name}@${commit.version} grew from ${sizeOf(before)} to ${sizeOf(commit)}`;
  const had = commitsIn(deployment, window).map(({ version }) => `@${version}`);
  return violated(
    `${grew}, and is stale: ${deployment.name} had another hash at ${had.join(', ')}`,
    commit.version,
  );
}

/**
 * Invariant 2. A ReplicaSet grows only while its hash is that of its Deployment's template. The other kinds make
 * pods from their present template by themselves.
 */
export function noStaleStart(history: History): readonly Verdict[] {
  const growth = history.revisions.flatMap((life) =>
    life.commits.flatMap((commit, i) => {
      const before = life.commits[i - 1];
      return before && sizeOf(commit) > sizeOf(before) ? [judge(history, life, before, commit)] : [];
    }),
  );
  return [...growth, ...stalePods(history)];
}
