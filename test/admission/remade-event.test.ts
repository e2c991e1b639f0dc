import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reportRemade } from '../../src/admission/remade-event.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const withUid = (of: Deployment, uid = 'd1') => viewOf({ ...of, metadata: { ...of.metadata, uid } });
const reviewed = withUid(deployment({}));

/** The Events that follow from these findings in the cluster. */
async function eventsOf(found: FoundByReview, remade = ['configmap/app'], dryRun = false): Promise<string[]> {
  const { deps, told } = reviewDeps({ workloads: [reviewed], ...found });
  reportRemade(deps, reviewed, { remade }, dryRun);
  // Nobody waits for the event.
  await setImmediate();
  return told;
}

describe('the Event about immutable sources that were made anew', () => {
  test('names those that the workload uses', async () => {
    expect(await eventsOf({}, ['configmap/app', 'configmap/invented'])).toEqual([
      expect.stringMatching(
        /^shop\/web: Immutable sources were made anew under their names: configmap\/app\. /,
      ),
    ]);
  });

  test('is not recorded on a dry run, or for no source', async () => {
    expect(await eventsOf({}, ['configmap/app'], true)).toEqual([]);
    expect(await eventsOf({}, [])).toEqual([]);
  });

  test.each<[string, FoundByReview]>([
    ['does not exist', { workloads: [undefined] }],
    ['is another one of this name', { workloads: [withUid(deployment({}), 'd2')] }],
    ['uses none of them', { workloads: [withUid(deployment({ env: [] }))] }],
    [
      'is switched off',
      { workloads: [withUid(deployment({ labels: { 'lockstep.dev/inject': 'disabled' } }))] },
    ],
    ['is in a namespace that is switched off', { namespaceLabels: { 'lockstep.dev/inject': 'disabled' } }],
  ])('is not recorded if the workload of the review %s', async (_why, found) => {
    expect(await eventsOf(found)).toEqual([]);
  });

  test('has a message of bounded length', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `configmap/${String(i).padEnd(253, 'x')}`);
    const env = names.map((id, i) => ({
      name: `E${i}`,
      valueFrom: { configMapKeyRef: { name: id.slice('configmap/'.length), key: 'a' } },
    }));
    const [message] = await eventsOf({ workloads: [withUid(deployment({ env }))] }, names);
    expect(message?.length).toBeLessThan(2_000);
    expect(message).not.toContain('configmap/5x');
  });
});
