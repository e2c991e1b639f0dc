import { describe, expect, test } from 'vitest';
import type { RolledPod, RollingSet } from '../../src/unblock/blocked-set.ts';
import type { UnblockPorts } from '../../src/unblock/ports.ts';
import { unblockRound } from '../../src/unblock/round.ts';

const blocked = (namespace: string, labels = {}): RollingSet => ({
  metadata: { namespace, name: 'db', uid: `of-${namespace}`, labels },
  spec: { replicas: 1, selector: {} },
  status: { replicas: 1, updateRevision: 'db-2' },
});
const brokenPod = (uid: string): RolledPod => ({
  metadata: {
    name: 'db-0',
    labels: { 'controller-revision-hash': 'db-1' },
    creationTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid, controller: true }],
  },
});

/** Runs a round over these StatefulSets, each with a broken pod. */
async function run(
  sets: readonly RollingSet[],
  more: Partial<UnblockPorts> & { only?: readonly string[]; isKnown?: boolean } = {},
) {
  const seen: string[] = [];
  const { only = [], isKnown = false, ...ports } = more;
  await unblockRound(
    {
      ports: {
        async *sets(namespace) {
          seen.push(`list ${namespace ?? 'all'}`);
          yield sets;
        },
        pods: async ({ metadata }) => [brokenPod(metadata.uid ?? '')],
        namespaceLabels: async () => ({}),
        deletePod: async ({ metadata }) => {
          seen.push(`delete ${metadata.name} ${metadata.ownerReferences?.[0]?.uid}`);
          return true;
        },
        report: async (_reason, _set, message) => void seen.push(message),
        ...ports,
      },
      scope: { excluded: ['kube-system'], only },
      injectDefault: 'enabled',
      mode: 'enforce',
      patienceMs: 1_000,
      clock: { now: () => Date.parse('2026-01-01T01:00:00Z') },
    },
    {
      onDeleted: () => void seen.push('told'),
      onObserved: () => seen.push('observed') > 0 && !isKnown,
      onError: (error) => void seen.push(`error ${error instanceof Error ? error.message : error}`),
    },
    new AbortController().signal,
  );
  return seen;
}

describe('a round', () => {
  test('deletes the pod that blocks, and says so', async () => {
    expect(await run([blocked('shop')])).toEqual([
      'list all',
      'delete db-0 of-shop',
      'told',
      'Deleted pod db-0 of revision db-1, which was not ready: the rollout to revision db-2 waited for it.',
    ]);
  });

  test('deletes nothing where lockstep only observes, and says once what it would have deleted', async () => {
    const namespaceLabels = async () => ({ 'lockstep.dev/mode': 'observe' });
    expect(await run([blocked('shop')], { namespaceLabels })).toEqual([
      'list all',
      'observed',
      'Would have deleted pod db-0 of revision db-1, which was not ready: the rollout to revision db-2 waited for it.',
    ]);
    expect(await run([blocked('shop')], { namespaceLabels, isKnown: true })).toEqual([
      'list all',
      'observed',
    ]);
  });

  test('lists the namespaces that lockstep acts in, one by one', async () => {
    expect(await run([], { only: ['shop', 'bank'] })).toEqual(['list shop', 'list bank']);
    expect(await run([blocked('elsewhere')], { only: ['shop'] })).toEqual(['list shop']);
  });

  test('deletes nothing where lockstep does not act', async () => {
    expect(await run([blocked('kube-system')])).toEqual(['list all']);
    expect(await run([blocked('shop', { 'lockstep.dev/inject': 'disabled' })])).toEqual(['list all']);
    const namespaceLabels = async () => ({ 'lockstep.dev/inject': 'disabled' });
    expect(await run([blocked('shop')], { namespaceLabels })).toEqual(['list all']);
    expect(await run([blocked('shop')], { namespaceLabels: async () => undefined })).toEqual(['list all']);
  });

  test('says nothing of a pod that has changed since it was read', async () => {
    expect(await run([blocked('shop')], { deletePod: async () => false })).toEqual(['list all']);
  });

  test('goes on with the next StatefulSet after an error', async () => {
    const pods: UnblockPorts['pods'] = async ({ metadata }) => {
      if (metadata.namespace === 'shop') throw new Error('no answer');
      return [brokenPod(metadata.uid ?? '')];
    };
    const seen = await run([blocked('shop'), blocked('bank')], { pods });
    expect(seen.slice(0, 3)).toEqual(['list all', 'error no answer', 'delete db-0 of-bank']);
  });

  test('leaves a StatefulSet alone that selects too many pods', async () => {
    expect(await run([blocked('shop')], { pods: async () => undefined })).toEqual(['list all']);
  });
});
