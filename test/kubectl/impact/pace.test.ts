import { expect, test } from 'vitest';
import { paceOf } from '../../../src/kubectl/impact/pace.ts';
import { WORKLOAD_KINDS } from '../../../src/workloads/kinds.ts';
import { workloadOf } from '../../../src/workloads/workload.ts';

function paceOfKind(kindName: string, spec: object, status: object = {}) {
  const kind = WORKLOAD_KINDS.find(({ kind: name }) => name === kindName);
  const checked = kind?.check({ metadata: { name: 'web' }, spec: { template: {}, ...spec }, status });
  if (!kind || checked?.kind !== 'checked') throw new Error(`no ${kindName}`);
  return paceOf(workloadOf(kind, checked.object, 'shop'));
}
const rolling = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
const updating = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

test.each([
  // A quarter more, rounded up, and a quarter missing, rounded down.
  ['Deployment', { replicas: 10 }, {}, 10, 5],
  ['Deployment', { replicas: 1 }, {}, 1, 1],
  ['Deployment', { replicas: 10, ...rolling({ maxSurge: 0, maxUnavailable: '0%' }) }, {}, 10, 1],
  ['Deployment', { replicas: 10, ...rolling({ maxSurge: '100%', maxUnavailable: 3 }) }, {}, 10, 10],
  ['Deployment', { replicas: 4, strategy: { type: 'Recreate' } }, {}, 4, 4],
  ['StatefulSet', { replicas: 3 }, {}, 3, 1],
  ['StatefulSet', { replicas: 3, ...updating({ partition: 2 }) }, {}, 1, 1],
  ['StatefulSet', { replicas: 3, ordinals: { start: 7 }, ...updating({ partition: 2 }) }, {}, 1, 1],
  ['StatefulSet', { replicas: 3, ...updating({ partition: 9 }) }, {}, 0, 0],
  ['StatefulSet', { replicas: 5, ...updating({ maxUnavailable: 2 }) }, {}, 5, 2],
  ['StatefulSet', { replicas: 3, updateStrategy: { type: 'OnDelete' } }, {}, 0, 0],
  ['DaemonSet', {}, { desiredNumberScheduled: 7 }, 7, 1],
  ['DaemonSet', updating({ maxUnavailable: '30%' }), { desiredNumberScheduled: 7 }, 7, 3],
  ['DaemonSet', {}, {}, undefined, undefined],
  ['Rollout', { replicas: 6, strategy: { canary: {} } }, {}, 6, undefined],
])('%s with %j and the status %j', (kind, spec, status, pods, atOnce) => {
  expect(paceOfKind(kind, spec, status)).toEqual({ pods, atOnce });
});
