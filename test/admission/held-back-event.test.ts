import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reportHeldBack } from '../../src/admission/held-back-event.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const of = deployment({});
const owner = viewOf({ ...of, metadata: { ...of.metadata, uid: 'd' } });
const subject = { metadata: { name: 'web-1', uid: 'r' }, spec: { replicas: 5 } };

async function told(found: FoundByReview = {}, wanted = 5) {
  const { deps, told: messages } = reviewDeps({ workloads: [owner], ...found });
  const caller = { user: 'alice', does: 'scaling replicaset/web-1 from 2 to 5' };
  reportHeldBack(deps, { subject, owner, replicas: 2, wanted, hash: 'v1-a', caller });
  await setImmediate();
  return messages;
}

test('an Event about the workload says how many pods were held back, and why', async () => {
  expect(await told()).toEqual([
    'shop/web: Held 3 pods back: stale replicaset/web-1 keeps its 2 replicas, because deployment/web has another ' +
      'configuration (by alice scaling replicaset/web-1 from 2 to 5).',
  ]);
  expect((await told({}, 3)).join()).toContain('Held 1 pod back');
});

test('there is none in a namespace that is switched off, or about a workload that is gone', async () => {
  expect(await told({ namespaceLabels: { 'lockstep.dev/inject': 'disabled' } })).toEqual([]);
  expect(await told({ workloads: [undefined] })).toEqual([]);
});
