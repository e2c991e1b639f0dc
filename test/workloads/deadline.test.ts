import { expect, test } from 'vitest';
import { deadlineOf } from '../../src/workloads/deadline.ts';
import { BUILT_IN_KINDS, WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { runBy, type Workload, workloadOf } from '../../src/workloads/workload.ts';

function workload(name: string, spec: object = {}): Workload {
  const kind = WORKLOAD_KINDS.find((row) => row.kind === name);
  const checked = kind?.check({ metadata: { name: 'web' }, spec: { template: {}, ...spec } });
  if (!kind || checked?.kind !== 'checked') throw new Error(name);
  return workloadOf(kind, checked.object, 'shop');
}
const after = (name: string, progressDeadlineSeconds?: number | null) =>
  deadlineOf(workload(name, progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }));

test.each(['Deployment', 'Rollout'])('a %s has the deadline that it says, or ten minutes', (name) => {
  expect(after(name, 30)).toBe(30_000);
  expect(after(name)).toBe(600_000);
  expect(after(name, null)).toBe(600_000);
  // The largest number means none.
  expect(after(name, 2_147_483_647)).toBeUndefined();
  expect(after(name, 2_147_483_646)).toBe(2_147_483_646_000);
});

test('other kinds have none', () => {
  const others = BUILT_IN_KINDS.map(({ kind }) => kind).filter((kind) => kind !== 'Deployment');
  expect(others).toEqual(['StatefulSet', 'DaemonSet']);
  for (const kind of others) expect(after(kind, 30)).toBeUndefined();
});

test('a workload whose template another one takes has the deadline of that one', () => {
  const deployment = workload('Deployment', { progressDeadlineSeconds: 30 });
  expect(deadlineOf(runBy(deployment, workload('Rollout', { progressDeadlineSeconds: 40 })))).toBe(40_000);
  expect(deadlineOf(runBy(deployment, 'unknown'))).toBeUndefined();
});
