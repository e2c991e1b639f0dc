import { expect, test } from 'vitest';
import type { OwnRevision } from '../../../src/kubectl/history/own-revisions.ts';
import { undoPatch } from '../../../src/kubectl/undo/undo-patch.ts';
import { WORKLOAD_KINDS } from '../../../src/workloads/kinds.ts';
import { workloadOf } from '../../../src/workloads/workload.ts';

const workload = (resource: string) => {
  const kind = WORKLOAD_KINDS.find((each) => each.resource === resource);
  if (!kind) throw new Error(resource);
  const annotations = { 'deployment.kubernetes.io/revision': '7', 'lockstep.dev/held': 'x' };
  const object = { metadata: { name: 'web', uid: 'u', annotations }, spec: { template: {} } };
  return workloadOf(kind, object, 'shop');
};
const revision = (kind: OwnRevision['kind']): OwnRevision => ({
  kind,
  name: 'web-1',
  number: 1,
  sinceMs: 0,
  template: {
    metadata: { labels: { app: 'web', 'pod-template-hash': 'h', 'rollouts-pod-template-hash': 'h' } },
  },
  annotations: { 'deployment.kubernetes.io/revision': '1', team: 'a' },
  isCurrent: false,
  isStable: false,
  pods: 0,
});
const template = { metadata: { labels: { app: 'web' } } };
const test0 = { op: 'test', path: '/metadata/uid', value: 'u' };

test('a Deployment gets the template and the annotations of its ReplicaSet, and keeps what controllers count', () => {
  expect(undoPatch(workload('deployments'), revision('ReplicaSet'))).toEqual({
    patchType: 'json-patch',
    body: [
      test0,
      { op: 'replace', path: '/spec/template', value: template },
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { 'deployment.kubernetes.io/revision': '7', team: 'a' },
      },
    ],
  });
});

test('a Rollout gets the template alone', () => {
  expect(undoPatch(workload('rollouts'), revision('ReplicaSet')).body).toEqual([
    test0,
    { op: 'replace', path: '/spec/template', value: template },
  ]);
});

test.each(['statefulsets', 'daemonsets'])('%s get the patch that their revision keeps', (resource) => {
  const kept = revision('ControllerRevision');
  expect(undoPatch(workload(resource), kept)).toEqual({
    patchType: 'strategic-merge-patch',
    body: { metadata: { uid: 'u' }, spec: { template: { ...kept.template, $patch: 'replace' } } },
  });
});
