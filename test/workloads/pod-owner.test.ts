import { expect, test } from 'vitest';
import { workloadNameOf } from '../../src/workloads/pod-owner.ts';

const ownedBy = (kind: string, name: string, labels: Record<string, string> = {}) => ({
  labels,
  ownerReferences: [{ kind, name, uid: 'u', controller: true }],
});

test.each([
  ['deployment/web', ownedBy('ReplicaSet', 'web-6d9f', { 'pod-template-hash': '6d9f' })],
  ['rollout/web', ownedBy('ReplicaSet', 'web-6d9f', { 'rollouts-pod-template-hash': '6d9f' })],
  ['replicaset/web-6d9f', ownedBy('ReplicaSet', 'web-6d9f', { 'pod-template-hash': '77' })],
  ['replicaset/web-6d9f', ownedBy('ReplicaSet', 'web-6d9f')],
  ['replicaset/-6d9f', ownedBy('ReplicaSet', '-6d9f', { 'pod-template-hash': '6d9f' })],
  ['statefulset/web', ownedBy('StatefulSet', 'web', { 'pod-template-hash': 'web' })],
  ['job/task', ownedBy('Job', 'task')],
  [undefined, { labels: {} }],
])('%s', (name, metadata) => {
  expect(workloadNameOf(metadata)).toBe(name);
});
