import { expect, test } from 'vitest';
import { readManagedNow } from '../../src/admission/managed-now.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const { signal } = new AbortController();
const web = (uid: string | undefined, labels: Record<string, string> = {}) => {
  const of = deployment({ labels });
  return viewOf({ ...of, metadata: { ...of.metadata, ...(uid !== undefined && { uid }) } });
};
const read = (found: FoundByReview, reviewed = web('u')) =>
  readManagedNow(reviewDeps(found).deps, reviewed, signal);

test('the workload of a review is read from the cluster, with how an Event names it', async () => {
  const live = web('u', { a: 'b' });
  expect(await read({ workloads: [live] })).toEqual({
    live,
    object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' },
  });
});

test.each<[string, FoundByReview, string | undefined]>([
  ['does not exist', { workloads: [undefined] }, 'u'],
  ['has another uid', { workloads: [web('other')] }, 'u'],
  ['has no uid in the review', { workloads: [web('u')] }, undefined],
  ['is switched off itself', { workloads: [web('u', { 'lockstep.dev/inject': 'disabled' })] }, 'u'],
  [
    'is in a namespace that is switched off',
    { workloads: [web('u')], namespaceLabels: { 'lockstep.dev/inject': 'disabled' } },
    'u',
  ],
])('there is none if it %s', async (_what, found, uid) => {
  expect(await read(found, web(uid))).toBeUndefined();
});
