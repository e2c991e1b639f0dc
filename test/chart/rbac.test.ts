import { describe, expect, test } from 'vitest';
import { CA_BUNDLE, type Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { GIVEN, INSIDE, OUTSIDE, VARIANTS } from './variants.ts';

const RULES = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['list'] },
  // When the pods of a workload that is new to lockstep started.
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  // What lockstep has done, and what it could not do.
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
  // Before each write, lockstep looks at the live namespace.
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];

describe.concurrent('the permissions of lockstep', () => {
  test.each([
    ['outside the cluster', OUTSIDE],
    ['with a certificate given', GIVEN],
    ['with inject.default=disabled', { ...OUTSIDE, inject: { default: 'disabled' } }],
  ])('are exactly these: %s', async (_, values) => {
    expect((await objects(values)).of('ClusterRole').rules).toEqual(RULES);
  });

  const [NODE_OFF, NO_SCALE] = [{ node: { enabled: false } }, { scale: { enabled: false } }];
  const SCALE_OFF = { ...NO_SCALE, ...NODE_OFF };
  const TEMPLATE_OFF = { template: { enabled: false } };
  const OF_DEPLOYMENTS = (...verbs: string[]) => ({ apiGroups: ['apps'], resources: ['deployments'], verbs });
  const READ = ['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({
    ...OF_DEPLOYMENTS('get'),
    resources: [resource],
  }));
  const [CONFIG_MAPS, DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, ...OTHERS] = RULES;
  const [REPLICA_SETS, REVISIONS, PODS, EVENTS, NAMESPACES] = OTHERS;
  const LISTED = { ...REPLICA_SETS, verbs: ['list'] };
  test.each<[string, Values, Values, readonly unknown[]]>([
    [
      'without patches if nothing scales',
      SCALE_OFF,
      {},
      [CONFIG_MAPS, ...READ, REPLICA_SETS, REVISIONS, PODS, EVENTS, NAMESPACES],
    ],
    [
      'workloads for events alone, if there is no ceiling either',
      SCALE_OFF,
      { ceiling: { enabled: false } },
      [CONFIG_MAPS, ...READ, LISTED, REVISIONS, PODS, EVENTS, NAMESPACES],
    ],
    [
      'no single ReplicaSets without the ceiling',
      {},
      { ceiling: { enabled: false } },
      [CONFIG_MAPS, DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, LISTED, REVISIONS, PODS, EVENTS, NAMESPACES],
    ],
    [
      'DaemonSets, for nodes that join',
      { ...NO_SCALE, ...TEMPLATE_OFF },
      { ceiling: { enabled: false } },
      [CONFIG_MAPS, ...READ.slice(0, 2), DAEMON_SETS, LISTED, REVISIONS, PODS, EVENTS, NAMESPACES],
    ],
    [
      'no writes of DaemonSets, if nodes that join do not matter',
      NODE_OFF,
      {},
      [CONFIG_MAPS, DEPLOYMENTS, STATEFUL_SETS, ...READ.slice(2), ...OTHERS],
    ],
    ['all of them, at scale-ups only', TEMPLATE_OFF, {}, RULES],
    [
      'no sources, for the ceiling alone',
      { ...SCALE_OFF, ...TEMPLATE_OFF },
      {},
      [OF_DEPLOYMENTS('get'), REPLICA_SETS, EVENTS, NAMESPACES],
    ],
  ])('are those that its webhooks need: %s', async (_, webhook, values, rules) => {
    const rendered = await objects({ ...values, ...GIVEN, webhook: { caBundle: CA_BUNDLE, ...webhook } });

    expect(rendered.of('ClusterRole').rules).toEqual(rules);
  });

  test('with self-managed certificates are these, its one Secret, and its one webhook configuration', async () => {
    const rendered = await objects(INSIDE);
    const own = {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      resourceNames: ['lockstep'],
      verbs: ['get', 'patch'],
    };
    const kept = {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['lockstep-certificates'],
      verbs: ['get', 'patch'],
    };

    expect(rendered.of('ClusterRole').rules).toEqual([...RULES, own]);
    expect(rendered.of('Role').rules).toEqual([kept]);
    expect(rendered.of('Role').metadata?.namespace).toBe('lockstep');
    expect(rendered.of('RoleBinding').roleRef).toMatchObject({ kind: 'Role', name: 'lockstep' });
    expect(rendered.of('RoleBinding').subjects).toEqual(rendered.of('ClusterRoleBinding').subjects);
  });

  const isOn = (value: unknown): boolean => Object(value).enabled === true;
  test.each(Object.entries(VARIANTS))(
    'allow to watch only for edits, and only with pin to list, create or delete sources: %s',
    async (_, values) => {
      const rendered = await objects(values);
      const rules = [...rendered.all('ClusterRole'), ...rendered.all('Role')].flatMap(
        ({ rules = [] }) => rules,
      );
      const onSources = rules.filter(({ resources }) => /configmaps|secrets/.test(String(resources)));
      const { pin, edit, secrets } = values;
      const all = [
        'get',
        ...(isOn(pin) ? ['list', 'create', 'patch', 'delete'] : []),
        ...(isOn(edit) ? ['watch'] : []),
      ];
      const beyond = onSources.flatMap(({ verbs, resourceNames }) =>
        verbs.filter((verb) => !(resourceNames ? ['get', 'patch'] : all).includes(verb)),
      );
      const watched = rules.filter(({ verbs }) => verbs.includes('watch')).flatMap((rule) => rule.resources);

      expect(beyond).toEqual([]);
      if (!isOn(edit)) expect(watched).toEqual([]);
      expect(watched.includes('secrets')).toBe(isOn(secrets) && Object(edit).secrets === 'watch');
      expect(JSON.stringify(rules)).not.toContain('"*"');
    },
  );

  test('are left to the user with rbac.create=false and serviceAccount.create=false', async () => {
    expect((await objects({ rbac: { create: false } })).kinds).not.toContain('ClusterRole');
    const given = await objects({ serviceAccount: { create: false, name: 'given' } });
    expect(given.kinds).not.toContain('ServiceAccount');
    expect(given.of('Deployment').spec?.template.spec?.serviceAccountName).toBe('given');
  });

  test('with Secrets are these, and to get Secrets', async () => {
    const rendered = await objects({ ...OUTSIDE, secrets: { enabled: true } });
    const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
    const [configMaps, ...others] = RULES;

    expect(rendered.of('ClusterRole').rules).toEqual([configMaps, secrets, ...others]);
  });

  test.each([
    ['with the default name', OUTSIDE, 'lockstep'],
    ['with a given name', { ...OUTSIDE, serviceAccount: { name: 'pacer' } }, 'pacer'],
  ])('are granted to its ServiceAccount alone, %s', async (_, values, name) => {
    const rendered = await objects(values);
    const role = rendered.of('ClusterRole').metadata?.name;
    const binding = rendered.of('ClusterRoleBinding');

    expect(rendered.of('ServiceAccount').metadata).toMatchObject({ namespace: 'lockstep', name });
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'lockstep', name }]);
    expect(binding.roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: role,
    });
  });

  test('come with a token only for lockstep’s own pods', async () => {
    const rendered = await objects(INSIDE);
    const pod = rendered.of('Deployment').spec?.template.spec;

    expect(rendered.of('ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(pod?.automountServiceAccountToken).toBe(true);
    expect(pod?.serviceAccountName).toBe('lockstep');
  });
});
