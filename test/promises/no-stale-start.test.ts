import { describe, expect, test } from 'vitest';
import { createdObjects, livePods, type PodEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true });

const SIZES = [
  [4, 12],
  [10, 11],
  [1, 8],
  [3, 4],
  [8, 40],
] as const;

const STRATEGIES = {
  'RollingUpdate, default': undefined,
  'RollingUpdate, maxSurge 0': { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  'RollingUpdate, maxSurge 100 %': { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%' } },
  Recreate: { type: 'Recreate' },
} as const;

type Grow = (box: Sandbox, to: number, strategy: unknown) => Promise<unknown>;

const WAYS: Readonly<Record<string, Grow>> = {
  'kubectl scale': scale,
  'one kubectl apply that also changes the template': (box, to, strategy) =>
    box.apply(box.kind.web({ replicas: to, image: 'web:2', strategy })),
};

interface Growth {
  readonly kind?: Kind;
  readonly from: number;
  readonly to: number;
  readonly strategy?: unknown;
  readonly how?: Grow;
  readonly spec?: unknown;
}

/**
 * Scales up right after an edit. Returns how many pods of the old revision were created since the edit, and how many
 * names pods of the new one have.
 */
async function grow({ kind = DEPLOYMENT, from, to, strategy, how = scale, spec }: Growth) {
  const box = await lockstep().sandbox({}, kind);
  await box.apply(configMap({ a: '1' }), kind.web({ replicas: from, strategy, spec }));
  await box.untilRolledOut();
  const pods = await box.pods();
  const old = new Set(livePods(pods.current()).map(({ revision }) => revision));
  const existing = new Set(livePods(pods.current()).map(({ uid }) => uid));
  await box.editConfig({ a: '2' });
  await how(box, to, strategy);
  await box.untilRolledOut();
  // The watch of pods may lag behind the status. Then old pods are there instead of new ones.
  const areNew = (live: readonly PodEvent[]) => live.every(({ revision }) => !old.has(revision));
  await pods.until(
    (_, current) => livePods(current).length === to && areNew(livePods(current)),
    60_000,
    `${to} new pods`,
  );
  const made = createdObjects(pods.events).filter((pod) => !existing.has(pod.uid));
  await pods.stop();
  const stale = made.filter(({ revision }) => old.has(revision)).length;
  // A StatefulSet's controller deletes by name, also what its cache does not know yet: then an ordinal starts twice.
  const fresh = new Set(made.filter(({ revision }) => !old.has(revision)).map(({ name }) => name)).size;
  return { stale, fresh };
}

describe('Invariant 2, no stale start', () => {
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    for (const [way, how] of Object.entries(WAYS)) {
      describe.concurrent(`${name}, ${way}`, () => {
        test.each(SIZES)('a scale-up from %i to %i starts no stale pod', async (from, to) => {
          const { stale, fresh } = await grow({ from, to, strategy, how });
          expect(stale).toBe(0);
          // If maxSurge lets the new ReplicaSet overshoot, more pods start than were asked for. None of them
          // is stale.
          expect(fresh).toBeGreaterThanOrEqual(to);
        });
      });
    }
  }

  /** What a StatefulSet's controller waits for. It needs no ceiling: new ordinals come under the present template. */
  const ORDERS = {
    OrderedReady: {},
    Parallel: { podManagementPolicy: 'Parallel' },
    'OrderedReady, with minReadySeconds': { minReadySeconds: 1 },
  } as const;

  describe.concurrent('a StatefulSet', () => {
    test.each(Object.entries(ORDERS))('%s: a scale-up from 2 to 5 starts no stale pod', async (_, spec) => {
      const { stale, fresh } = await grow({ kind: STATEFUL_SET, from: 2, to: 5, spec });
      expect([stale, fresh]).toEqual([0, 5]);
    });
  });

  /**
   * The number of pods of the old ReplicaSet that a scale-up creates. The template is stamped before the new
   * size is stored. Pods that become available late keep the rollout from ending before that, on a machine of
   * any speed.
   */
  async function staleInMidRollout(): Promise<number> {
    return (await grow({ from: 4, to: 12, spec: { minReadySeconds: 2 } })).stale;
  }

  test('with the ceiling on, no stale pod starts in the middle of a rollout either', async () => {
    expect(await staleInMidRollout()).toBe(0);
  });

  test('with the ceiling off, stale pods start, so these tests can fail', async () => {
    await lockstep().register({ 'ceiling.enabled': 'false' });
    try {
      expect(await staleInMidRollout()).toBeGreaterThan(0);
    } finally {
      await lockstep().register();
    }
  });

  test('with --ceiling off, the program does not limit ReplicaSets, whatever is registered', async () => {
    await lockstep().restart(['--ceiling', 'off']);
    try {
      expect(await staleInMidRollout()).toBeGreaterThan(0);
    } finally {
      await lockstep().restart();
    }
  });
});

describe('Invariant 2, capacity first', () => {
  const leftAlone = (reason: string) =>
    lockstep().program().metric('lockstep_reviews_total', { webhook: 'ceiling', decision: 'leave', reason });
  const livePods = async (box: Sandbox) =>
    parseList(await box.read('pods')).items.filter(({ status }) => status?.phase === 'Running').length;

  test('a paused Deployment grows at once, and rolls when it is resumed', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ replicas: 4 }));
    await box.untilRolledOut();
    await box.kubectl(['rollout', 'pause', 'deployment/web']);
    await box.editConfig({ a: '2' });
    const before = await leftAlone('paused');
    const { stderr } = await scale(box, 8);
    expect(stderr).toContain(
      'configmap/app changed: deployment/web is paused, so its pods roll when it is resumed',
    );
    await eventually(async () => (await livePods(box)) === 8, { what: 'eight pods of a paused Deployment' });
    expect(await leftAlone('paused')).toBeGreaterThan(before);
    await box.kubectl(['rollout', 'resume', 'deployment/web']);
    await box.untilRolledOut();
  });

  test('a Deployment whose rollout has failed grows with the pods that work', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ replicas: 4 }));
    await box.untilRolledOut();
    // No node has this label, so the new ReplicaSet's pods stay pending, and the rollout fails. The deadline
    // is short only from here on, because the first rollout, with pods that start, may take a busy machine
    // longer.
    const spec = { progressDeadlineSeconds: 1, minReadySeconds: 0 };
    await box.apply(web({ replicas: 4, spec, podSpec: { nodeSelector: { nowhere: 'yes' } } }));
    await box.kubectl(['wait', 'deployment/web', '--for=condition=Progressing=False', '--timeout=30s']);
    await box.editConfig({ a: '2' });
    await box.kubectl(['patch', 'deployment/web', '--patch', '{"metadata":{"annotations":{"note":"1"}}}']);
    await box.kubectl(['wait', 'deployment/web', '--for=condition=Progressing=False', '--timeout=30s']);
    const before = await leftAlone('rollout-failed');
    await scale(box, 8);
    await eventually(async () => (await livePods(box)) > 4, { what: 'growth of the old ReplicaSet' });
    expect(await leftAlone('rollout-failed')).toBeGreaterThan(before);
  });
});
