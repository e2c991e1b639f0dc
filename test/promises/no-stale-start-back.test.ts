import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

const HASH = 'metadata.annotations.lockstep\\.dev/config-hash';
const ONE_SET = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'one-set' },
  spec: { hard: { 'count/replicasets.apps': '1' } },
};

async function read(box: Sandbox, what: string, path: string): Promise<string> {
  return (await box.kubectl(['get', what, '-o', `jsonpath=${path}`])).stdout;
}

/** The Deployment controller can make no second ReplicaSet. So the rollout waits between its two steps. */
async function allowOneReplicaSet(box: Sandbox): Promise<void> {
  await box.apply(ONE_SET);
  await eventually(async () => (await read(box, 'resourcequota/one-set', '{.status.used}')).includes('"1"'), {
    what: 'the quota to count',
  });
}

/** A Deployment of four pods whose old ReplicaSet is capped, and whose new one cannot be made. */
async function capped(): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web({ replicas: 4 }));
  await box.untilRolledOut();
  await allowOneReplicaSet(box);
  const count = () =>
    lockstep()
      .program()
      .metric('lockstep_reviews_total', { webhook: 'ceiling', decision: 'cap', reason: 'stale' });
  const before = await count();
  await box.editConfig({ a: '2' });
  // One call brings the new template and the new size, so the controller scales first.
  await box.apply(web({ replicas: 8 }));
  await eventually(async () => (await count()) > before, { what: 'the old ReplicaSet to be capped' });
  await box.kubectl(['wait', 'deployment/web', '--for=condition=Progressing=False', '--timeout=30s']);
  expect(await sizes(box)).toBe('4');
  return box;
}

const sizes = (box: Sandbox) => read(box, 'replicasets', '{.items[*].spec.replicas}');

/** The new ReplicaSet can be made. All pods then have the present hash. */
async function expectRollout(box: Sandbox): Promise<void> {
  await box.kubectl(['delete', 'resourcequota/one-set']);
  await box.untilRolledOut();
  const { hash } = await box.marks();
  const ofPods = await read(box, 'pods', `{.items[*].${HASH}}`);
  expect(new Set(ofPods.split(' '))).toEqual(new Set([hash]));
}

describe('Invariant 2, no stale start: a Deployment whose old ReplicaSet is capped before it has a new one', () => {
  test('rolls, though it is scaled back to the capped size', async () => {
    const box = await capped();
    await scale(box, 4);
    await expectRollout(box);
  });

  test('grows as soon as it can have one, and then starts no stale pod', async () => {
    const box = await capped();
    await scale(box, 12);
    await expectRollout(box);
  });

  test('grows with the pods that it has if it is paused', async () => {
    const box = await capped();
    await box.kubectl(['rollout', 'pause', 'deployment/web']);
    await eventually(async () => (await sizes(box)) === '8', { what: 'the growth of the old ReplicaSet' });
  });
});
