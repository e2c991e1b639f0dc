import { describe, expect, test } from 'vitest';
import type { ScaleRequest } from '../../src/admission/review.ts';
import { reviewScale } from '../../src/admission/scale.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewContext, reviewDeps } from '../kit/reviews.ts';

const scale = (replicas: number | undefined) => ({
  metadata: { name: 'web' },
  spec: { replicas: replicas ?? null },
});
const scaled = (changes: Partial<ScaleRequest> = {}): ScaleRequest => ({
  uid: 'u1',
  namespace: 'shop',
  resource: { group: 'apps', resource: 'deployments' },
  operation: 'UPDATE',
  object: scale(5),
  oldObject: scale(2),
  ...changes,
});
/** All pods are older than the source: they may differ. */
const EDITED: FoundByReview = {
  configMaps: { 'configmap/app': { a: '1' } },
  times: { created: 1, modified: 9, writers: 2 },
  revisionCreated: 5,
  workloads: [viewOf(deployment({}))],
};

/** Reviews a scale. Returns the outcome and the calls of the ports. */
async function runReview(request: ScaleRequest, found = EDITED, kinds = [DEPLOYMENT]) {
  const { deps, asked } = reviewDeps(found, { kinds });
  return { ...(await reviewScale(deps, request, reviewContext())), asked };
}

describe('lockstep reads nothing', () => {
  test.each<[string, Partial<ScaleRequest>, string]>([
    ['if it does not grow', { oldObject: scale(5) }, 'not-growing'],
    ['if it shrinks to zero', { object: scale(undefined) }, 'not-growing'],
    [
      'of a resource of another kind',
      { resource: { group: 'apps', resource: 'statefulsets' } },
      'unknown-kind',
    ],
    [
      'of a resource of another group',
      { resource: { group: 'x.dev', resource: 'deployments' } },
      'unknown-kind',
    ],
  ])('%s', async (_what, changes, reason) => {
    expect(await runReview(scaled(changes))).toEqual({ decision: 'leave', reason, warnings: [], asked: [] });
  });

  test('for a kind without a scale', async () => {
    const kinds = [{ ...DEPLOYMENT, scale: false }];
    expect(await runReview(scaled(), EDITED, kinds)).toMatchObject({ reason: 'unknown-kind', asked: [] });
  });
});

describe('a scale-up', () => {
  test('brings the workload into step in the cluster; the Scale under review stays as it is', async () => {
    const { asked, ...outcome } = await runReview(scaled());
    expect(outcome).toMatchObject({ decision: 'write', reason: 'not-recorded', patch: [] });
    expect(asked.at(0)).toBe('read deployments shop/web');
    expect(asked.at(-1)).toMatch(/^patch web /);
  });

  test('from zero counts', async () => {
    expect(await runReview(scaled({ oldObject: null, object: scale(1) }))).toMatchObject({
      decision: 'write',
    });
  });

  test('on a dry run patches nothing, and warns of what it would do', async () => {
    const { asked, ...outcome } = await runReview(scaled({ dryRun: true }));
    expect(outcome).toMatchObject({
      decision: 'write',
      warnings: [expect.stringContaining('all roll once')],
    });
    expect(asked.join()).not.toContain('patch');
  });

  test('of a workload that is gone goes through', async () => {
    const outcome = await runReview(scaled(), { workloads: [undefined] });
    expect(outcome).toMatchObject({ decision: 'leave', reason: 'workload-gone' });
  });
});
