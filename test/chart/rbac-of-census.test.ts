import { describe, expect, test } from 'vitest';
import { alertsOf } from '../kit/chart/alerts.ts';
import { CA_BUNDLE, type Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { nameOf, rightsOf } from '../kit/chart/rights.ts';
import { COUNTS, EDIT, OUTSIDE, PIN } from './variants.ts';

async function rightsWith(values: Values): Promise<string[]> {
  const rendered = await objects({ ...OUTSIDE, ...values });
  const [role] = rendered.all('Role').filter(({ metadata }) => metadata?.namespace === 'shop');
  return rightsOf((role ?? rendered.of('ClusterRole')).rules ?? []).map(nameOf);
}

async function added(values: Values): Promise<string[]> {
  const without = await rightsWith(values);
  const rights = await rightsWith({ ...values, ...COUNTS });
  expect(without.filter((name) => !rights.includes(name))).toEqual([]);
  return rights.filter((name) => !without.includes(name)).toSorted();
}

const LISTED = ['list daemonsets', 'list deployments', 'list statefulsets'];
const OFF = { enabled: false };
const NO_CALLS = { url: 'https://127.0.0.1:9443', caBundle: CA_BUNDLE, template: OFF, scale: OFF, node: OFF };

describe('the count of all workloads adds exactly these rights:', () => {
  test.each<[string, Values, readonly string[]]>([
    ['with the defaults', {}, LISTED],
    ['in some namespaces', { rbac: { namespaces: ['shop', 'bank'] } }, LISTED],
    ['with rollouts after edits', EDIT, LISTED],
    ['none with pin, which lists them anyway', PIN, []],
    [
      'of the kinds that are on',
      { workloads: { statefulSets: false, daemonSets: false } },
      ['list deployments'],
    ],
    [
      'if no call is checked, what judges a workload, too',
      { webhook: NO_CALLS, ceiling: OFF, workloads: { statefulSets: false, daemonSets: false } },
      [
        'create events',
        'get configmaps',
        'get deployments',
        'list deployments',
        'list pods',
        'list replicasets',
      ],
    ],
  ])('%s', async (_, values, expected) => {
    expect(await added(values)).toEqual(expected);
  });

  test('and one Lease in its own namespace', async () => {
    const rendered = await objects(COUNTS);
    expect(rendered.of('Lease').metadata?.name).toBe('lockstep');
  });
});

test('the alert about drift that lasts waits for a day, or for hours where lockstep rolls by itself', async () => {
  const threshold = async (values: Values) => {
    const rule = (await objects({ ...values, metrics: { prometheusRule: { enabled: true } } })).of(
      'PrometheusRule',
    );
    return /lockstep_longest_drift_seconds\) > (\d+)/.exec(JSON.stringify(rule))?.[1];
  };
  expect(await threshold({})).toBe('86400');
  expect(await threshold(EDIT)).toBe('14400');
  const alerts = { driftLasts: { threshold: 600 } };
  expect((await alertsOf({ alerts })).find(({ alert }) => alert === 'LockstepDriftLasts')?.expr).toMatch(
    /> 600$/,
  );
});
