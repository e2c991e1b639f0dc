import { expect, test } from 'vitest';
import { readUsages } from '../../../src/kubectl/usage/read-usage.ts';
import { listedSession, manyWorkloads } from '../../kit/listed-session.ts';

test('the usage of 5,000 workloads takes a list for each kind, and no read for each workload', async () => {
  const { session, calls } = listedSession(manyWorkloads(5000, 100));
  const { usages } = await readUsages(session, 'shop', () => undefined);
  expect(usages).toHaveLength(100);
  expect(usages.every(({ usedBy, state }) => usedBy.length === 50 && state === 'Used')).toBe(true);
  const counts = Object.fromEntries(
    [...Map.groupBy(calls, (call) => call)].map(([call, of]) => [call, of.length]),
  );
  // Pages have 500 objects.
  expect(counts).toEqual({
    'list deployments': 10,
    'list statefulsets': 1,
    'list daemonsets': 1,
    'list rollouts': 1,
    'list configmaps': 1,
    'list secrets': 1,
    'list jobs': 1,
    'list cronjobs': 1,
    'list pods': 1,
    'list serviceaccounts': 1,
    'list ingresses': 1,
  });
});
