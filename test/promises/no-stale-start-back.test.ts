import { expect, test } from 'vitest';
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

test('Invariant 2, no stale start: a Deployment that is scaled back to the capped size rolls all the same', async () => {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web({ replicas: 4 }));
  await box.untilRolledOut();
  await allowOneReplicaSet(box);
  const capped = () =>
    lockstep()
      .program()
      .metric('lockstep_reviews_total', { webhook: 'ceiling', decision: 'cap', reason: 'stale' });
  const before = await capped();
  await box.editConfig({ a: '2' });
  // One call brings the new template and the new size, so the controller scales first.
  await box.apply(web({ replicas: 8 }));
  await eventually(async () => (await capped()) > before, { what: 'the old ReplicaSet to be capped' });
  await box.kubectl(['wait', 'deployment/web', '--for=condition=Progressing=False', '--timeout=30s']);
  expect(await read(box, 'replicasets', '{.items[*].spec.replicas}')).toBe('4');
  await scale(box, 4);
  await box.kubectl(['delete', 'resourcequota/one-set']);
  await box.untilRolledOut();
  const { hash } = await box.marks();
  const ofPods = await read(box, 'pods', `{.items[*].${HASH}}`);
  expect(new Set(ofPods.split(' '))).toEqual(new Set([hash]));
});
