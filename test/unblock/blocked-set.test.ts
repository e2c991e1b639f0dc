import { describe, expect, test } from 'vitest';
import { blockingPod, mayBeBlocked, type RolledPod, type RollingSet } from '../../src/unblock/blocked-set.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const PATIENCE = { nowMs: NOW, patienceMs: 60_000 };

function set(more: { spec?: object; status?: object; metadata?: object } = {}): RollingSet {
  return {
    metadata: { name: 'db', uid: 'of-db', generation: 3, ...more.metadata },
    spec: { replicas: 3, selector: { matchLabels: { app: 'db' } }, ...more.spec },
    status: {
      observedGeneration: 3,
      replicas: 3,
      readyReplicas: 2,
      updatedReplicas: 0,
      updateRevision: 'db-3',
      ...more.status,
    },
  };
}

interface Pod {
  readonly revision?: string;
  readonly ready?: boolean;
  readonly since?: string;
  readonly owner?: string;
  readonly phase?: string;
  readonly deleted?: boolean;
}
const pod = (ordinal: number, { ready = true, ...of }: Pod = {}): RolledPod => ({
  metadata: {
    name: `db-${ordinal}`,
    labels: { 'controller-revision-hash': of.revision ?? 'db-1' },
    creationTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: of.owner ?? 'of-db', controller: true }],
    ...(of.deleted && { deletionTimestamp: '2026-01-01T00:09:59Z' }),
  },
  status: {
    phase: of.phase ?? 'Running',
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        lastTransitionTime: of.since ?? '2026-01-01T00:05:00Z',
      },
    ],
  },
});
const BROKEN = { revision: 'db-2', ready: false };
const found = (of: RollingSet, ...pods: RolledPod[]) => blockingPod(of, pods, PATIENCE)?.metadata.name;

describe('a StatefulSet that may wait for a pod of an outdated revision', () => {
  test('replaces pods in order, and has some that are not ready', () => {
    expect(mayBeBlocked(set())).toBe(true);
    expect(mayBeBlocked(set({ spec: { podManagementPolicy: 'OrderedReady' } }))).toBe(true);
  });

  test.each<[string, Parameters<typeof set>[0]]>([
    ['mends itself: its pods are managed in parallel', { spec: { podManagementPolicy: 'Parallel' } }],
    ['replaces no pod by itself', { spec: { updateStrategy: { type: 'OnDelete' } } }],
    ['has all pods ready', { status: { readyReplicas: 3 } }],
    ['has only pods of the present revision', { status: { updatedReplicas: 3 } }],
    ['has a controller that lags', { status: { observedGeneration: 2 } }],
    ['is being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    ['has no status yet', { status: { updateRevision: undefined } }],
  ])('does not wait for one if it %s', (_name, more) => {
    expect(mayBeBlocked(set(more))).toBe(false);
    expect(found(set(more), pod(0), pod(1), pod(2, BROKEN))).toBeUndefined();
  });
});

describe('the pod that blocks', () => {
  test('is the first that is not ready, if its revision is outdated', () => {
    expect(found(set(), pod(2, BROKEN), pod(0), pod(1))).toBe('db-2');
    expect(found(set(), pod(0, { ready: false }), pod(1), pod(2, BROKEN))).toBe('db-0');
    expect(found(set(), pod(10, BROKEN), pod(9, BROKEN))).toBe('db-9');
    expect(found(set(), pod(0), pod(1, { ...BROKEN, phase: 'Pending' }))).toBe('db-1');
  });

  test.each<[string, RolledPod[]]>([
    ['is of the present revision, which is bad itself', [pod(0), pod(2, { revision: 'db-3', ready: false })]],
    [
      'waits behind one of the present revision',
      [pod(0, { revision: 'db-3', ready: false }), pod(2, BROKEN)],
    ],
    ['may still start', [pod(0), pod(2, { ...BROKEN, since: '2026-01-01T00:09:30Z' })]],
    ['is of another StatefulSet', [pod(0), pod(2, { ...BROKEN, owner: 'of-another' })]],
    ['is being replaced', [pod(0), pod(1, { deleted: true }), pod(2, BROKEN)]],
    ['is ready', [pod(0), pod(1), pod(2)]],
  ])('is none that %s', (_name, pods) => {
    expect(found(set(), ...pods)).toBeUndefined();
  });

  test('is none below the partition: it would come back as it was', () => {
    const partition = (ordinal: number, start?: number) => ({
      spec: {
        updateStrategy: { rollingUpdate: { partition: ordinal } },
        ...(start !== undefined && { ordinals: { start } }),
      },
    });
    expect(found(set(partition(3)), pod(2, BROKEN))).toBeUndefined();
    expect(found(set(partition(2)), pod(2, BROKEN))).toBe('db-2');
    // The partition counts from the first ordinal.
    expect(found(set(partition(2, 5)), pod(6, BROKEN))).toBeUndefined();
    expect(found(set(partition(2, 5)), pod(7, BROKEN))).toBe('db-7');
  });

  test('counts from its creation if it has no condition, and never if nothing tells', () => {
    const { metadata } = pod(2, BROKEN);
    expect(found(set(), { metadata })).toBe('db-2');
    expect(found(set(), { metadata: { ...metadata, creationTimestamp: null } })).toBeUndefined();
  });
});
