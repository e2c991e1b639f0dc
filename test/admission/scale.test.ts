import { describe, expect, test } from 'vitest';
import type { ScaleRequest } from '../../src/admission/review.ts';
import { reviewScale } from '../../src/admission/scale.ts';
import { DEPLOYMENT, type Deployment as DeploymentType } from '../../src/workloads/deployment.ts';
import type { Workload } from '../../src/workloads/workload.ts';
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
  pods: [{ since: 5, firstStart: 6 }],
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
    // As a custom resource has it whose number of replicas is unset. Its controller takes 1.
    [
      'from an unset size to the size that is meant',
      { object: scale(1), oldObject: scale(-2147483648) },
      'not-growing',
    ],
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

describe('a caller who asks for a version of the workload', () => {
  /** A workload. The label makes the second review leave it as it is. */
  const at = (resourceVersion: string, metadata: Partial<DeploymentType['metadata']> = {}) => {
    const of = deployment({ labels: { 'lockstep.dev/inject': 'disabled' } });
    return viewOf({
      ...of,
      metadata: { ...of.metadata, uid: 'd', generation: 3, ...metadata, resourceVersion },
    });
  };
  const put = (asked: string, current: string): ScaleRequest => {
    const of = (replicas: number, resourceVersion: string) => ({
      metadata: { name: 'web', resourceVersion },
      spec: { replicas },
    });
    return scaled({ object: of(5, asked), oldObject: of(2, current) });
  };

  /** The patches of two reviews. The first one patches the workload, from version 7 to version 8. */
  async function patchesOf(first: ScaleRequest, second: ScaleRequest, now: Workload): Promise<unknown[]> {
    const drifted = at('7', { labels: {} });
    const { deps } = reviewDeps({ ...EDITED, workloads: [drifted, now], patched: at('8') });
    const outcomes = [];
    for (const request of [first, second]) outcomes.push(await reviewScale(deps, request, reviewContext()));
    return outcomes.map((outcome) => ('patch' in outcome && outcome.patch) || []);
  }
  const KEPT = [[], [{ op: 'replace', path: '/metadata/resourceVersion', value: '9' }]];
  const LEFT_TO_THE_CONFLICT = [[], []];

  test('of before our own patch gets the one of after it', async () => {
    expect(await patchesOf(put('7', '7'), put('7', '9'), at('9'))).toEqual(KEPT);
  });

  test.each<[string, ScaleRequest, ScaleRequest, Workload]>([
    ['somebody wrote before our patch', put('6', '7'), put('6', '9'), at('9')],
    ['somebody changed the spec after it', put('7', '7'), put('7', '9'), at('9', { generation: 4 })],
    ['somebody changed a label after it', put('7', '7'), put('7', '9'), at('9', { labels: { x: 'y' } })],
    ['somebody made the workload anew', put('7', '7'), put('7', '9'), at('9', { uid: 'e' })],
    ['the version is another one', put('7', '7'), put('6', '9'), at('9')],
    ['the first review was a dry run', { ...put('7', '7'), dryRun: true }, put('7', '9'), at('9')],
    ['nobody asked for a version', scaled(), scaled(), at('9')],
  ])('stays refused if %s', async (_why, first, second, now) => {
    expect(await patchesOf(first, second, now)).toEqual(LEFT_TO_THE_CONFLICT);
  });
});
