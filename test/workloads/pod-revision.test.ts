import { describe, expect, test } from 'vitest';
import { DAEMON_SET } from '../../src/workloads/daemon-set.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { originOf } from '../../src/workloads/pod-revision.ts';
import { STATEFUL_SET } from '../../src/workloads/stateful-set.ts';

const podOf = (kind: string, label?: string, changed: object = {}) => ({
  labels: label === undefined ? null : { 'controller-revision-hash': label },
  ownerReferences: [
    { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' },
    { apiVersion: 'apps/v1', kind, name: 'db', uid: 'u', controller: true, ...changed },
  ],
});
const of = (kind: string) => ({ apiVersion: 'apps/v1', kind, name: 'db', uid: 'u' });

describe('the origin of a pod', () => {
  test('is its ReplicaSet, by uid', () => {
    expect(originOf(podOf('ReplicaSet'), WORKLOAD_KINDS)).toEqual({
      controller: of('ReplicaSet'),
      revision: { kind: 'ReplicaSet', name: 'db', uid: 'u' },
      refusedPodBlocks: false,
    });
  });

  test('is a ControllerRevision, by the name that its label has for a StatefulSet', () => {
    expect(originOf(podOf('StatefulSet', 'db-5d9'), WORKLOAD_KINDS)).toEqual({
      controller: of('StatefulSet'),
      revision: { kind: 'ControllerRevision', name: 'db-5d9', of: of('StatefulSet') },
      refusedPodBlocks: true,
    });
  });

  test('is a ControllerRevision, by the end of the name that its label has for a DaemonSet', () => {
    expect(originOf(podOf('DaemonSet', '5d9'), WORKLOAD_KINDS)).toEqual({
      controller: of('DaemonSet'),
      revision: { kind: 'ControllerRevision', name: 'db-5d9', of: of('DaemonSet') },
      refusedPodBlocks: false,
    });
  });

  test.each<[string, Parameters<typeof originOf>[0]]>([
    ['nothing controls it', { ownerReferences: null }],
    ['a Job controls it', podOf('Job', 'x')],
    ['it has no label', podOf('StatefulSet')],
    ['a StatefulSet of another group controls it', podOf('StatefulSet', 'x', { apiVersion: 'kruise.io/v1' })],
    ['its owner controls nothing', podOf('StatefulSet', 'x', { controller: false })],
    ['a Deployment controls it itself', podOf('Deployment', 'x')],
  ])('is none if %s', (_why, metadata) => {
    expect(originOf(metadata, WORKLOAD_KINDS)).toBe('none');
  });

  test('is none of lockstep’s if the kind is off', () => {
    expect(originOf(podOf('ReplicaSet'), [STATEFUL_SET, DAEMON_SET])).toBe('kind-off');
    expect(originOf(podOf('StatefulSet', 'x'), [DEPLOYMENT])).toBe('kind-off');
  });
});
