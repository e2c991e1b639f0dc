import { describe, expect, test } from 'vitest';
import { ROLLOUT, type Rollout } from '../../src/workloads/rollout.ts';
import { workloadOf } from '../../src/workloads/workload.ts';

function viewOf(spec: Rollout['spec'], status?: Rollout['status']) {
  const rollout: Rollout = { metadata: { name: 'web', generation: 3 }, spec, ...(status && { status }) };
  const checked = ROLLOUT.check(rollout);
  if (checked.kind === 'wrong') throw new Error(checked.first.pointer);
  return workloadOf(ROLLOUT, checked.object, 'shop');
}
const template = { spec: { containers: [{ name: 'web' }] } };

describe('the stage of a Rollout', () => {
  test.each<[string, Rollout['status'], string]>([
    ['before its controller has seen it', undefined, 'settled'],
    ['of its first template', { currentPodHash: 'a' }, 'settled'],
    ['when all pods are of one template', { currentPodHash: 'a', stableRS: 'a' }, 'settled'],
    ['while another template is tried', { currentPodHash: 'b', stableRS: 'a' }, 'under-way'],
    ['after an abort', { currentPodHash: 'b', stableRS: 'a', abort: true }, 'aborted'],
  ])('%s', (_when, status, stage) => {
    expect(viewOf({ template }, status).rollout.stage).toBe(stage);
  });
});

describe('the view of a Rollout', () => {
  test('has one replica if none are asked for', () => {
    expect(viewOf({ template }).replicas).toBe(1);
    expect(viewOf({ template, replicas: 0 }).replicas).toBe(0);
  });

  test('is observed when its controller has written the number of its generation, as text', () => {
    expect(viewOf({ template }, { observedGeneration: '2' }).rollout.observed).toBe(false);
    expect(viewOf({ template }, { observedGeneration: '3' }).rollout.observed).toBe(true);
  });

  test('says which strategy it has, and whether a rollout starts over', () => {
    expect(viewOf({ template, strategy: { blueGreen: {} } }).strategy).toEqual({
      type: 'blue-green',
      underWay: false,
    });
    expect(viewOf({ template }, { currentPodHash: 'b', stableRS: 'a' }).strategy).toEqual({
      type: 'canary',
      underWay: true,
    });
  });

  test('has no template if it takes that of another object', () => {
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    expect(viewOf({ workloadRef })).toMatchObject({ template: {}, templateRef: workloadRef });
    expect(viewOf({ template }).templateRef).toBeUndefined();
  });
});
