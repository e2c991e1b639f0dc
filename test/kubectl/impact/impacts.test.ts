import { expect, test } from 'vitest';
import { readImpacts } from '../../../src/kubectl/impact/impacts.ts';
import { listedSession, manyWorkloads } from '../../kit/listed-session.ts';

const edit = { kind: 'configmap', name: 'app-0', namespace: 'shop', edit: { kind: 'any' } } as const;

test.each([
  [100, 50],
  [5, 1000],
])('the impact on 5,000 workloads with %i ConfigMaps takes no read for each', async (sources, users) => {
  const { session, calls } = listedSession(manyWorkloads(5000, sources));
  const { impacts } = await readImpacts(session, [edit]);
  expect(impacts).toHaveLength(users);
  // 10 pages of Deployments, a list of each other kind, the namespace, and the ConfigMap: twice, as it is used and edited.
  expect(calls.filter((call) => call === 'list deployments')).toHaveLength(10);
  expect(calls).toHaveLength(15);
});
