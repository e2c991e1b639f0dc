import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reviewCeiling } from '../../src/admission/ceiling.ts';
import type { CeilingRequest } from '../../src/admission/review.ts';
import { DEPLOYMENT, type Deployment } from '../../src/workloads/deployment.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { ceilingSettings, reviewContext, reviewDeps } from '../kit/reviews.ts';

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
  const outcome = await reviewCeiling(deps, ceilingSettings(), request, reviewContext());
  return { ...outcome, asked };
}

test('a stale ReplicaSet keeps its number of replicas', async () => {
  expect(await runReview(web())).toMatchObject({
    decision: 'cap',
    patch: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
    warnings: [
      'stale replicaset/web-1 keeps its 2 replicas: deployment/web has another configuration. Scale or undo the ' +
        'deployment instead. Its label lockstep.dev/inject=disabled lifts the limit',
    ],
    asked: ['read deployments shop/web', 'successor of web'],
  });
});

describe('an Event about the workload', () => {
  const told = async (request: CeilingRequest, mode: 'enforce' | 'observe' = 'enforce') => {
    const { deps, told: messages } = reviewDeps({ workloads: [viewOf(web())] });
    await reviewCeiling(deps, ceilingSettings(), request, reviewContext({ mode }));
    await setImmediate();
    return messages;
  };

  test('says how many pods were held back, and by whose call', async () => {
    expect(await told(grown({ userInfo: { username: 'alice' } }))).toEqual([
      expect.stringMatching(
        /^shop\/web: Held 3 pods back: .* \(by alice scaling replicaset\/web-1 from 2 to 5\)\.$/,
      ),
    ]);
  });

  test('is not recorded on a dry run, or where lockstep only observes', async () => {
    expect(await told(grown({ dryRun: true }))).toEqual([]);
    expect(await told(grown(), 'observe')).toEqual([]);
  });
});

describe('a rollout without a ready pod', () => {
  const NOW = ceilingSettings().clock.now();
  const PINNED = {
    'lockstep.dev/pinned': 'configmap/app',
    'lockstep.dev/config-sources': '{"configmap/app":"x"}',
  };
  const pinnedSet = (replicas: number): ReplicaSet => ({
    ...set(replicas),
    spec: { replicas, template: { metadata: { annotations: { ...hash('v1-old'), ...PINNED } } } },
  });
  const pinned = grown({ object: pinnedSet(5), oldObject: pinnedSet(2) });
  const reviewAfter = async (minutes: number, request = grown(), readyReplicas = 0, pinIsOn = true) => {
    const successor = { sinceMs: NOW - minutes * 60_000, readyReplicas };
    const copies = pinIsOn ? plainCopies().copies : undefined;
    const { deps } = reviewDeps({ workloads: [viewOf(web())], successor }, { copies });
    return reviewCeiling(deps, ceilingSettings(), request, reviewContext());
  };
  const cap = { decision: 'cap' };
  const leave = { decision: 'leave', reason: 'no-ready-pod' };

  test('limits a stale ReplicaSet for ten minutes', async () => {
    expect(await reviewAfter(9.9)).toMatchObject(cap);
    expect(await reviewAfter(10)).toMatchObject({
      ...leave,
      warnings: ['stale replicaset/web-1 may grow: its deployment’s rollout has no ready pod yet'],
    });
  });
  test('limits a pinned one for one minute', async () => {
    expect(await reviewAfter(0.9, pinned)).toMatchObject(cap);
    expect(await reviewAfter(1, pinned)).toMatchObject(leave);
  });
  test('limits one that is no longer pinned, because pin is switched off, for ten minutes', async () => {
    expect(await reviewAfter(9.9, pinned, 0, false)).toMatchObject(cap);
    expect(await reviewAfter(10, pinned, 0, false)).toMatchObject(leave);
  });
  test('with a ready pod limits any for good', async () => {
    expect(await reviewAfter(59, pinned, 1)).toMatchObject(cap);
  });
});

describe('the Scale of a ReplicaSet', () => {
  const scaleTo = (replicas: number) => ({ metadata: { name: 'web-1', uid: 'r' }, spec: { replicas } });
  const request = grown({ subResource: 'scale', object: scaleTo(5), oldObject: { ...scaleTo(0), spec: {} } });
  const review = async (replicaSet: ReplicaSet | undefined, of = request) => {
    const { deps, asked } = reviewDeps({ workloads: [viewOf(web())], replicaSet });
    return { ...(await reviewCeiling(deps, ceilingSettings(), of, reviewContext())), asked };
  };

  test('keeps its size if the ReplicaSet is stale', async () => {
    expect(await review(set(0))).toMatchObject({
      decision: 'cap',
      patch: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
      warnings: [expect.stringContaining('stale replicaset/web-1 keeps its 0 replicas')],
      asked: ['read replicasets shop/web-1', 'read deployments shop/web', 'successor of web'],
    });
  });
  test.each<[string, ReplicaSet | undefined]>([
    ['no Deployment controls it', set(0, [])],
    ['it is gone', undefined],
  ])('may grow if %s', async (_what, replicaSet) => {
    expect(await review(replicaSet)).toMatchObject({ reason: 'no-workload', warnings: [] });
  });
  test('is not read if it shrinks', async () => {
    const shrunk = { ...request, object: scaleTo(1), oldObject: scaleTo(2) };
    expect(await review(set(2), shrunk)).toMatchObject({ reason: 'not-growing', asked: [] });
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
