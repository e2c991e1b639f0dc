import { describe, expect, test } from 'vitest';
import { DAEMON_SET } from '../../src/workloads/daemon-set.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { progressOf } from '../../src/workloads/progress.ts';
import { ROLLOUT } from '../../src/workloads/rollout.ts';
import { STATEFUL_SET } from '../../src/workloads/stateful-set.ts';
import { runBy, type Workload, type WorkloadKind, workloadOf } from '../../src/workloads/workload.ts';

/** A workload of generation 2, as the API server has it. */
function workload(kind: WorkloadKind, spec: object, status: object | undefined): Workload {
  const object = {
    metadata: { name: 'web', generation: 2 },
    spec: { template: {}, ...spec },
    ...(status && { status }),
  };
  const checked = kind.check(object);
  if (checked.kind === 'wrong') throw new Error(checked.first.pointer);
  return workloadOf(kind, checked.object, 'shop');
}

type Row = readonly [when: string, spec: object, status: object | undefined, progress: string];

const rows = (kind: WorkloadKind, observedGeneration: number | string, table: readonly Row[]) =>
  test.each(table)('%s', (_when, spec, status, progress) => {
    const of = status && { observedGeneration, ...status };
    expect(progressOf(workload(kind, spec, of))).toBe(progress);
  });

const condition = (type: string, status: string, more: object = {}) => ({
  conditions: [
    { type: 'Available', status: 'True' },
    { type, status, ...more },
  ],
});

describe('a Deployment', () => {
  const three = { replicas: 3 };
  const all = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  rows(DEPLOYMENT, 2, [
    ['is complete when all pods are of the template and available', three, all, 'complete'],
    [
      'has one replica unless it says so',
      {},
      { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      'complete',
    ],
    ['that nobody has seen is under way', three, undefined, 'under-way'],
    [
      'is under way while its controller has seen an earlier template',
      three,
      { ...all, observedGeneration: 1 },
      'under-way',
    ],
    [
      'is under way when no pod is updated, which the API omits',
      three,
      { replicas: 3, availableReplicas: 3 },
      'under-way',
    ],
    ['is under way when a pod is not updated', three, { ...all, updatedReplicas: 2 }, 'under-way'],
    [
      'is under way when old pods are left',
      three,
      { ...all, replicas: 4, availableReplicas: 4 },
      'under-way',
    ],
    ['is under way when a new pod is not available', three, { ...all, availableReplicas: 2 }, 'under-way'],
    ['is under way when none is available', three, { replicas: 3, updatedReplicas: 3 }, 'under-way'],
    ['is complete without replicas, seen or not', { replicas: 0 }, undefined, 'complete'],
    [
      'has failed after its deadline',
      three,
      { ...all, updatedReplicas: 1, ...condition('Progressing', 'False') },
      'failed',
    ],
    [
      'has not failed yet when pods are refused',
      three,
      { replicas: 3, availableReplicas: 3, ...condition('ReplicaFailure', 'True') },
      'under-way',
    ],
    [
      'has not failed by the failure of an earlier template',
      three,
      { observedGeneration: 1, ...condition('Progressing', 'False') },
      'under-way',
    ],
    [
      'that is paused is under way with pods of an earlier template',
      { ...three, paused: true },
      { ...all, updatedReplicas: undefined, ...condition('Progressing', 'Unknown') },
      'under-way',
    ],
    ['that is paused is complete without such pods', { ...three, paused: true }, all, 'complete'],
    [
      'may have fields of null',
      { replicas: null },
      { replicas: null, updatedReplicas: null, availableReplicas: null, conditions: null },
      'under-way',
    ],
  ]);

  const failedAt = (lastUpdateTime: string) =>
    workload(DEPLOYMENT, three, {
      observedGeneration: 2,
      ...condition('Progressing', 'False', { lastUpdateTime }),
    });

  test('has not failed by the failure that it had when its rollout began', () => {
    const start = failedAt('2026-01-01T00:00:00Z');
    expect(progressOf(failedAt('2026-01-01T00:00:00Z'), start)).toBe('under-way');
    expect(progressOf(failedAt('2026-01-01T00:10:00Z'), start)).toBe('failed');
    expect(progressOf(failedAt('2026-01-01T00:00:00Z'))).toBe('failed');
    expect(progressOf(failedAt('2026-01-01T00:00:00Z'), workload(DEPLOYMENT, three, all))).toBe('failed');
    // Conditions without a time are all alike, so each counts.
    const timeless = workload(DEPLOYMENT, three, {
      observedGeneration: 2,
      ...condition('Progressing', 'False'),
    });
    expect(progressOf(timeless, timeless)).toBe('failed');
    expect(progressOf(workload(DEPLOYMENT, three, { observedGeneration: 2, ...all }), start)).toBe(
      'complete',
    );
  });
});

describe('a StatefulSet', () => {
  const rolling = (partition?: number) => ({
    replicas: 3,
    updateStrategy: {
      type: 'RollingUpdate',
      ...(partition !== undefined && { rollingUpdate: { partition } }),
    },
  });
  const onDelete = { replicas: 3, updateStrategy: { type: 'OnDelete' } };
  rows(STATEFUL_SET, 2, [
    [
      'is complete when all pods are of the template and available',
      rolling(),
      { updatedReplicas: 3, availableReplicas: 3 },
      'complete',
    ],
    ['without a strategy is, too', { replicas: 3 }, { updatedReplicas: 3, availableReplicas: 3 }, 'complete'],
    [
      'is under way while its controller has seen an earlier template',
      rolling(),
      { observedGeneration: 1, updatedReplicas: 3, availableReplicas: 3 },
      'under-way',
    ],
    ['that nobody has seen is under way', rolling(), undefined, 'under-way'],
    [
      'is under way when no pod is updated, which the API omits',
      rolling(),
      { availableReplicas: 3 },
      'under-way',
    ],
    [
      'is under way when a pod is not available',
      rolling(),
      { updatedReplicas: 3, availableReplicas: 2 },
      'under-way',
    ],
    [
      'is complete when all above the partition are updated',
      rolling(2),
      { updatedReplicas: 1, availableReplicas: 3 },
      'complete',
    ],
    [
      'is under way when one above it is not',
      rolling(1),
      { updatedReplicas: 1, availableReplicas: 3 },
      'under-way',
    ],
    [
      'is under way when one below it is not available',
      rolling(2),
      { updatedReplicas: 1, availableReplicas: 2 },
      'under-way',
    ],
    ['is complete when the partition keeps all', rolling(5), { availableReplicas: 3 }, 'complete'],
    [
      'with OnDelete is under way until all pods were deleted',
      onDelete,
      { updatedReplicas: 2, availableReplicas: 3 },
      'under-way',
    ],
    [
      'with OnDelete is complete then, whatever the current revision',
      onDelete,
      { updatedReplicas: 3, availableReplicas: 3, currentRevision: 'web-a', updateRevision: 'web-c' },
      'complete',
    ],
    ['is complete without replicas', { replicas: 0 }, {}, 'complete'],
  ]);
});

describe('a DaemonSet', () => {
  const onDelete = { updateStrategy: { type: 'OnDelete' } };
  rows(DAEMON_SET, 2, [
    [
      'is complete when each node has an available pod of the template',
      {},
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
      'complete',
    ],
    ['is complete without nodes, which the API omits', {}, {}, 'complete'],
    ['that nobody has seen is under way', {}, undefined, 'under-way'],
    [
      'is under way while its controller has seen an earlier template',
      {},
      { observedGeneration: 1 },
      'under-way',
    ],
    [
      'is under way when no pod is updated',
      {},
      { desiredNumberScheduled: 3, numberAvailable: 3 },
      'under-way',
    ],
    [
      'is under way when none is available',
      {},
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3 },
      'under-way',
    ],
    [
      'with OnDelete is under way until all pods were deleted',
      onDelete,
      { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 },
      'under-way',
    ],
    [
      'with OnDelete is complete then',
      onDelete,
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
      'complete',
    ],
  ]);
});

describe('a Rollout', () => {
  const gone = condition('Progressing', 'False', { lastUpdateTime: '2026-01-01T00:00:00Z' });
  rows(ROLLOUT, '2', [
    ['is complete when its controller calls it healthy', {}, { phase: 'Healthy' }, 'complete'],
    [
      'is under way while its controller has seen an earlier template',
      {},
      { observedGeneration: '1', phase: 'Healthy' },
      'under-way',
    ],
    ['that nobody has seen is under way', {}, undefined, 'under-way'],
    ['is under way between its steps', {}, { phase: 'Progressing' }, 'under-way'],
    ['is under way while it waits for a person', {}, { phase: 'Paused' }, 'under-way'],
    ['is under way without a phase', {}, {}, 'under-way'],
    ['has failed when it is degraded', {}, { phase: 'Degraded' }, 'failed'],
    ['has failed when somebody aborts it', {}, { phase: 'Progressing', abort: true }, 'failed'],
    ['has failed after its deadline', {}, { phase: 'Progressing', ...gone }, 'failed'],
    ['is complete without replicas', { replicas: 0 }, { phase: 'Progressing' }, 'complete'],
  ]);

  test('has not failed by the abort that it had when its rollout began', () => {
    const aborted = (lastUpdateTime: string, abort?: boolean) => {
      const of = condition('Progressing', 'False', { lastUpdateTime });
      return workload(ROLLOUT, {}, { observedGeneration: '2', phase: 'Degraded', abort, ...of });
    };
    const start = aborted('2026-01-01T00:00:00Z', true);
    expect(progressOf(start)).toBe('failed');
    // The condition outlives the abort.
    expect(progressOf(aborted('2026-01-01T00:00:00Z'), start)).toBe('under-way');
    expect(progressOf(aborted('2026-01-01T00:01:00Z', true), start)).toBe('failed');
    const seenByNobody = workload(
      ROLLOUT,
      {},
      { observedGeneration: '2', phase: 'Progressing', abort: true },
    );
    expect(progressOf(seenByNobody, seenByNobody)).toBe('failed');
    const invalid = {
      conditions: [{ type: 'InvalidSpec', status: 'True', lastUpdateTime: '2026-01-01T00:00:00Z' }],
    };
    const wrong = workload(ROLLOUT, {}, { observedGeneration: '2', phase: 'Degraded', ...invalid });
    expect(progressOf(wrong, wrong)).toBe('under-way');
  });
});

describe('a workload whose template another one takes', () => {
  // A Deployment of no replicas is complete by itself. Its generation is 2.
  const deployment = workload(DEPLOYMENT, { replicas: 0 }, { observedGeneration: 2 });
  const of = (status: object, spec: object = {}) =>
    progressOf(
      runBy(deployment, workload(ROLLOUT, spec, { observedGeneration: '2', phase: 'Healthy', ...status })),
    );

  test('is as far as the other one with the template', () => {
    expect(of({ workloadObservedGeneration: '2' })).toBe('complete');
    expect(of({ workloadObservedGeneration: '2', phase: 'Progressing' })).toBe('under-way');
    expect(of({ workloadObservedGeneration: '2', phase: 'Degraded' })).toBe('failed');
  });

  test('is under way while the controller of the other one has seen an earlier template', () => {
    expect(of({ workloadObservedGeneration: '1' })).toBe('under-way');
    expect(of({ workloadObservedGeneration: '' })).toBe('under-way');
    expect(of({ workloadObservedGeneration: 'soon' })).toBe('under-way');
    expect(of({})).toBe('under-way');
    expect(of({ observedGeneration: '1', workloadObservedGeneration: '2' })).toBe('under-way');
  });

  test('is complete if the other one has no replicas', () => {
    expect(of({}, { replicas: 0 })).toBe('complete');
  });

  test('is under way if nobody knows which one that is', () => {
    expect(progressOf(runBy(deployment, 'unknown'))).toBe('under-way');
  });
});
