import { describe, expect, test } from 'vitest';
import { reviewCeiling } from '../../src/admission/ceiling.ts';
import type { CeilingRequest } from '../../src/admission/review.ts';
import { DEPLOYMENT, type Deployment } from '../../src/workloads/deployment.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewContext, reviewDeps } from '../kit/reviews.ts';

const hash = (value: string) => ({ 'lockstep.dev/config-hash': value });
const OWNER = { kind: 'Deployment', name: 'web', uid: 'd', controller: true };
const set = (replicas: number, owners: ReplicaSet['metadata']['ownerReferences'] = [OWNER]): ReplicaSet => ({
  metadata: { name: 'web-1', ownerReferences: owners },
  spec: { replicas, template: { metadata: { annotations: hash('v1-old') } } },
});
const grown = (changes: Partial<CeilingRequest> = {}): CeilingRequest => ({
  uid: 'u1',
  namespace: 'shop',
  operation: 'UPDATE',
  object: set(5),
  oldObject: set(2),
  ...changes,
});
const web = (labels: Record<string, string> = {}, uid = 'd'): Deployment => {
  const of = deployment({ labels, template: hash('v1-new') });
  return { ...of, metadata: { ...of.metadata, uid } };
};

/** Reviews the growth of a ReplicaSet. Returns the outcome and the calls of the ports. */
async function runReview(owner: Deployment | undefined, request = grown(), kinds = [DEPLOYMENT]) {
  const { deps, asked } = reviewDeps({ workloads: [owner && viewOf(owner)] }, { kinds });
  const outcome = await reviewCeiling(deps, request, reviewContext().signal);
  return { ...outcome, asked };
}

test('a stale ReplicaSet keeps its number of replicas', async () => {
  expect(await runReview(web())).toMatchObject({
    decision: 'cap',
    patch: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
    asked: ['read deployments shop/web'],
  });
});

describe('a ReplicaSet is not changed, and nothing is read,', () => {
  test.each<[string, CeilingRequest, string]>([
    ['that does not grow', grown({ oldObject: set(5) }), 'not-growing'],
    ['that shrinks', grown({ oldObject: set(9) }), 'not-growing'],
    ['without a controller', grown({ object: set(5, []) }), 'no-workload'],
    [
      'that something unknown controls',
      grown({ object: set(5, [{ ...OWNER, kind: 'Rollout' }]) }),
      'no-workload',
    ],
  ])('%s', async (_what, request, reason) => {
    expect(await runReview(web(), request)).toMatchObject({ decision: 'leave', reason, asked: [] });
  });

  test('if its owner’s kind has no ceiling', async () => {
    const kinds = [{ ...DEPLOYMENT, ceiling: false }];
    expect(await runReview(web(), grown(), kinds)).toMatchObject({ reason: 'no-workload', asked: [] });
  });
});

test('a new ReplicaSet grows from zero', async () => {
  expect(await runReview(web(), grown({ oldObject: null }))).toMatchObject({
    patch: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
  });
});

describe('a ReplicaSet may grow', () => {
  test.each<[string, Deployment | undefined, string]>([
    ['if its owner is gone', undefined, 'no-workload'],
    ['if its owner was created again under the same name', web({}, 'another'), 'no-workload'],
    ['if its owner keeps lockstep out', web({ 'lockstep.dev/inject': 'disabled' }), 'unmanaged'],
  ])('%s', async (_what, owner, reason) => {
    expect(await runReview(owner)).toMatchObject({ decision: 'leave', reason, warnings: [] });
  });

  test('if its owner has the same hash', async () => {
    const current = {
      ...web(),
      spec: { ...web().spec, template: { metadata: { annotations: hash('v1-old') } } },
    };
    expect(await runReview(current)).toMatchObject({ decision: 'leave', reason: 'current' });
  });

  test('if no new pods would replace its pods; a warning says so', async () => {
    const paused = { ...web(), spec: { ...web().spec, paused: true } };
    expect(await runReview(paused)).toMatchObject({
      decision: 'leave',
      reason: 'paused',
      warnings: ['stale replicaset/web-1 may grow: its deployment is paused'],
    });
    const failed = { ...web(), status: { conditions: [{ type: 'Progressing', status: 'False' }] } };
    expect(await runReview(failed)).toMatchObject({
      reason: 'rollout-failed',
      warnings: ['stale replicaset/web-1 may grow: its deployment’s rollout has failed'],
    });
  });
});
