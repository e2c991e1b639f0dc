import { expect, test } from 'vitest';
import type { Call } from '../../src/in-step/gather.ts';
import { withRunner } from '../../src/in-step/runner.ts';
import { ROLLOUT } from '../../src/workloads/rollout.ts';
import { isIdle, workloadOf } from '../../src/workloads/workload.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { inStepDeps } from '../kit/ports.ts';

const sized = (replicas: number) => {
  const plain = deployment({});
  return viewOf({ ...plain, spec: { ...plain.spec, replicas } });
};
const call = (workload: Call['workload'], before: Call['before']): Call => ({
  operation: 'update',
  workload,
  before,
  pinNamespace: false,
  signal: new AbortController().signal,
});
const rollout = { metadata: { name: 'web' }, spec: { replicas: 4, strategy: { blueGreen: {} } } };
const runner = workloadOf(ROLLOUT, rollout, 'shop');

test('a Deployment without pods is judged by those of the Rollout that takes its template', async () => {
  const idle = sized(0);
  const { workload, before } = await withRunner(inStepDeps({ runner }).deps, call(idle, idle));
  expect(workload).toMatchObject({
    replicas: 4,
    strategy: { type: 'blue-green' },
    kind: { kind: 'Deployment' },
  });
  expect(workload.template).toBe(idle.template);
  // On a scale, before and after are one object.
  expect(before).toBe(workload);
});

test('it has pods if it is not known which Rollout takes its template', async () => {
  const { before } = await withRunner(inStepDeps({ runner: 'unknown' }).deps, call(sized(0), sized(0)));
  expect(before && isIdle(before)).toBe(false);
});

test.each([
  ['has pods', sized(2), sized(2)],
  ['is scaled to 0 now', sized(0), sized(2)],
  ['is created', sized(0), undefined],
])('nobody asks for a Rollout if the Deployment %s', async (_what, workload, before) => {
  const { deps, asked } = inStepDeps({ runner });
  const given = call(workload, before);
  expect(await withRunner(deps, given)).toBe(given);
  expect(asked).toEqual([]);
});

test('a Deployment that nobody refers to is judged as it is', async () => {
  const given = call(sized(0), sized(0));
  expect(await withRunner(inStepDeps({}).deps, given)).toBe(given);
});
