import { describe, expect, test } from 'vitest';
import { type Kind, objects } from '../kit/chart/rendered.ts';
import { EVERYTHING_SET } from './everything-set.ts';
import { INSIDE } from './variants.ts';

const OURS = { 'app.kubernetes.io/name': 'pace', 'app.kubernetes.io/instance': 'lockstep' };

describe('names, labels and annotations', () => {
  const kinds = [
    ['ClusterRole', 'pacemaker'],
    ['ClusterRoleBinding', 'pacemaker'],
    ['ConfigMap', 'pacemaker-dashboard'],
    ['Deployment', 'pacemaker'],
    ['Lease', 'pacemaker'],
    ['MutatingWebhookConfiguration', 'pacemaker'],
    ['NetworkPolicy', 'pacemaker'],
    ['PodDisruptionBudget', 'pacemaker'],
    ['PrometheusRule', 'pacemaker'],
    ['Role', 'pacemaker'],
    ['RoleBinding', 'pacemaker'],
    ['Secret', 'pacemaker.keys'],
    ['Service', 'pacemaker'],
    ['ServiceAccount', 'pacer'],
    ['ServiceMonitor', 'pacemaker'],
  ] as const satisfies readonly (readonly [Kind, string])[];

  test.each(kinds)('a %s has the name %s and the common labels and annotations', async (kind, name) => {
    expect((await objects(EVERYTHING_SET)).of(kind).metadata).toMatchObject({
      name,
      labels: {
        ...OURS,
        'app.kubernetes.io/version': '0.1.0',
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.sh/chart': 'lockstep-0.1.0',
        team: 'platform',
      },
      annotations: { 'example.com/owner': 'platform' },
    });
  });

  const POLICIES = ['copies', 'own-copies', 'own-pods', 'own-records', 'own-registration', 'own-workloads'];
  test.each(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'] as const)(
    'a %s has the name of the release and of what it is for, and the common labels',
    async (kind) => {
      const found = (await objects(EVERYTHING_SET)).all(kind).map(({ metadata }) => metadata);

      expect(found.map((metadata) => metadata?.name)).toEqual(POLICIES.map((each) => `pacemaker-${each}`));
      for (const metadata of found) expect(metadata).toMatchObject({ labels: { ...OURS, team: 'platform' } });
    },
  );

  test('cover all kinds', async () => {
    const named = (await objects(EVERYTHING_SET)).kinds.filter((kind) => !kind.startsWith('Validating'));

    expect([...new Set(named)]).toEqual(kinds.map(([kind]) => kind));
  });

  test('of what users read have names that they can know, and the common labels', async () => {
    const rendered = await objects(EVERYTHING_SET);
    const settings = rendered.all('ConfigMap').find(({ data }) => data?.['args'] !== undefined);
    expect(settings?.metadata).toMatchObject({
      name: 'lockstep-settings',
      labels: { ...OURS, team: 'platform' },
    });
    expect(rendered.all('Role').map(({ metadata }) => metadata?.name)).toContain('pacemaker-settings');
  });

  test('of a single object are added to the common ones', async () => {
    const rendered = await objects(EVERYTHING_SET);
    const annotations = (kind: Kind) => rendered.of(kind).metadata?.annotations;

    expect(annotations('Deployment')).toHaveProperty(['example.com/deployment'], 'yes');
    expect(annotations('Service')).toHaveProperty(['example.com/service'], '1');
    expect(annotations('ServiceAccount')).toHaveProperty(['example.com/role'], 'pacer');
    expect(annotations('MutatingWebhookConfiguration')).toHaveProperty(['example.com/webhook'], '1');
    expect(rendered.of('Service').metadata?.labels).toHaveProperty('exposed', 'no');
    expect(rendered.of('ServiceMonitor').metadata?.labels).toHaveProperty('release', 'prometheus');
    expect(rendered.of('PrometheusRule').metadata?.labels).toHaveProperty('release', 'prometheus');
    expect(annotations('PrometheusRule')).toHaveProperty(['example.com/alerts'], '1');
    expect(annotations('ConfigMap')).toHaveProperty('grafana_folder', 'Platform');
  });

  test('of the pods match the selectors of Service, budget, policy and monitor, whatever the user adds', async () => {
    const rendered = await objects(EVERYTHING_SET);
    const deployment = rendered.of('Deployment').spec;

    expect(deployment?.template.metadata).toEqual({
      labels: { ...OURS, team: 'platform', sidecar: 'false' },
      annotations: { 'example.com/owner': 'platform', 'example.com/scraped': 'true' },
    });
    expect(rendered.of('Service').spec?.selector).toEqual(OURS);
    for (const selector of [
      deployment?.selector,
      rendered.of('PodDisruptionBudget').spec?.selector,
      rendered.of('NetworkPolicy').spec?.podSelector,
      rendered.of('ServiceMonitor').spec['selector'],
    ]) {
      expect(selector).toEqual({ matchLabels: OURS });
    }
  });

  // A new version of the chart alone restarts no pod.
  test('of the pods hold no version', async () => {
    const labels = (await objects(INSIDE)).of('Deployment').spec?.template.metadata?.labels;

    expect(Object.keys(labels ?? {}).sort()).toEqual([
      'app.kubernetes.io/instance',
      'app.kubernetes.io/name',
    ]);
  });
});
