import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { currentSinceMs, ReplicaSet } from '../../src/workloads/replica-set.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const FLAGS = ['--pin=on', '--ceiling-patience-pinned=1s'];
const lockstep = useLockstep({ flags: FLAGS, values: { 'pin.enabled': 'true' } });

const asList = Compile(
  Type.Object({
    items: Type.Array(
      Type.Intersect([
        ReplicaSet,
        Type.Object({
          metadata: Type.Object({ name: Type.String() }),
          spec: Type.Object({ replicas: Type.Integer() }),
        }),
      ]),
    ),
  }),
);

/** The ReplicaSets of a namespace, in the order of their revisions. */
async function setsIn(box: Sandbox) {
  const { items } = asList.Parse(await box.read('replicasets'));
  const revision = (set: (typeof items)[number]) =>
    Number(set.metadata.annotations?.['deployment.kubernetes.io/revision']);
  return items.toSorted((a, b) => revision(a) - revision(b));
}

const sizesIn = async (box: Sandbox) => (await setsIn(box)).map(({ spec }) => spec.replicas);

/** The controller of such a Deployment never says that a rollout has failed. */
const NO_DEADLINE = { progressDeadlineSeconds: 2_147_483_647 };
/** No node has this label, so pods stay pending. */
const PENDING = { podSpec: { nodeSelector: { nowhere: 'yes' } } };

/** A Deployment of four pods whose configuration was edited, and whose rollout is at its first new pods. */
async function inRollout(labels: Readonly<Record<string, string>>, next: object = PENDING): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  const base = { replicas: 4, labels, spec: NO_DEADLINE };
  await box.apply(configMap({ a: '1' }), web(base));
  await box.untilRolledOut();
  await box.editConfig({ a: '2' });
  await box.apply(web({ ...base, ...next }));
  await eventually(async () => expect(await sizesIn(box)).toEqual([3, 2]), { what: 'the first new pods' });
  return box;
}

/** Scales up, and waits until the controller has dealt with that. Returns the answer of the ceiling. */
async function grow(box: Sandbox, replicas: number): Promise<'capped' | 'left'> {
  const [before] = await sizesIn(box);
  await scale(box, replicas);
  // Both ReplicaSets together have the new size and the surge of 25 %.
  const total = replicas + Math.ceil(replicas / 4);
  const sum = async () => (await sizesIn(box)).reduce((all, each) => all + each, 0);
  await eventually(async () => expect(await sum()).toBe(total), { what: `${total} pods` });
  const [after] = await sizesIn(box);
  return after === before ? 'capped' : 'left';
}

/** Waits until the API server's clock shows that the new ReplicaSet has been it for so long. */
async function untilOlder(box: Sandbox, ms: number): Promise<void> {
  const since = currentSinceMs((await setsIn(box)).at(-1)?.metadata ?? {}) ?? Number.NaN;
  await eventually(async () => expect(Date.now()).toBeGreaterThan(since + ms), { what: 'the patience' });
}

describe('Invariant 8, never worse than without: a rollout without a ready pod, and without a deadline', () => {
  test('lets a pinned ReplicaSet grow after a minute (here: a second)', async () => {
    const box = await inRollout(PIN);
    await untilOlder(box, 1_000);
    expect(await grow(box, 12)).toBe('left');
    const left = { webhook: 'ceiling', decision: 'leave', reason: 'no-ready-pod' };
    expect(await lockstep().program().metric('lockstep_reviews_total', left)).toBeGreaterThan(0);
  });

  test('keeps it small for as long as there is a ready pod, though it is not available yet', async () => {
    const box = await inRollout(PIN, { spec: { ...NO_DEADLINE, minReadySeconds: 3_600 }, image: 'web:2' });
    await eventually(async () => expect((await setsIn(box)).at(-1)?.status?.readyReplicas).toBe(2));
    await untilOlder(box, 1_000);
    expect(await grow(box, 12)).toBe('capped');
  });

  test('lets any ReplicaSet grow after ten minutes (here: a second), and not before', async () => {
    const box = await inRollout({});
    await untilOlder(box, 1_000);
    expect(await grow(box, 12)).toBe('capped');
    const old = (await setsIn(box))[0]?.metadata.name ?? '';
    const scaleOld = async (replicas: number) =>
      (await box.kubectl(['scale', `replicaset/${old}`, `--replicas=${replicas}`])).stderr;
    expect(await scaleOld(7)).toContain(`stale replicaset/${old} keeps its 3 replicas: deployment/web has`);
    const { stderr } = await box.kubectl(['patch', 'replicaset', old, '--patch', '{"spec":{"replicas":7}}']);
    expect(stderr).toContain(`stale replicaset/${old} keeps its 3 replicas: deployment/web has`);
    expect(await sizesIn(box)).toEqual([3, 12]);

    await lockstep().restart([...FLAGS, '--ceiling-patience=1s']);
    expect(await scaleOld(7)).toContain('may grow: its deployment’s rollout has no ready pod yet');
    // The Deployment controller lets them be: not more than it needs are ready.
    await eventually(async () => expect((await setsIn(box))[0]?.status?.readyReplicas).toBe(7));
    expect(await sizesIn(box)).toEqual([7, 12]);
  });
});

test('a template that comes back counts from then, and not from the creation of its ReplicaSet', async () => {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web({ image: 'web:1' }));
  await box.untilRolledOut();
  await box.apply(web({ image: 'web:2' }));
  await box.untilRolledOut();
  await laterSecond();
  const before = Date.now();
  await box.kubectl(['rollout', 'undo', 'deployment/web']);
  await box.untilRolledOut();
  const [second, first] = (await setsIn(box)).map(({ metadata }) => metadata);
  expect(Date.parse(first?.creationTimestamp ?? '')).toBeLessThan(before - 1_000);
  expect(currentSinceMs(first ?? {})).toBeGreaterThanOrEqual(before);
  expect(currentSinceMs(second ?? {})).toBeLessThan(before);
});
