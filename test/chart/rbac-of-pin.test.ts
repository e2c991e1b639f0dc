import { describe, expect, test } from 'vitest';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { GIVEN, INSIDE, OUTSIDE, PIN } from './variants.ts';

const COPIES = ['get', 'list', 'create', 'patch', 'delete'];
const CONFIG_MAPS = { apiGroups: [''], resources: ['configmaps'], verbs: COPIES };
const SECRETS = { apiGroups: [''], resources: ['secrets'], verbs: COPIES };
const OTHERS = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];
const leaseOf = (name: string) => ({
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  resourceNames: [name],
  verbs: ['get', 'patch'],
});

describe('the permissions of lockstep with pin', () => {
  test.each<[string, Values, readonly object[]]>([
    ['ConfigMaps alone', {}, [CONFIG_MAPS]],
    ['Secrets, too', { secrets: { enabled: true } }, [CONFIG_MAPS, SECRETS]],
  ])('are exactly these: %s', async (_, values, sources) => {
    const rendered = await objects({ ...OUTSIDE, ...PIN, ...values });

    expect(rendered.of('ClusterRole').rules).toEqual([...sources, ...OTHERS]);
  });

  test.each<[string, Values, readonly string[]]>([
    ['a certificate given', GIVEN, []],
    ['outside the cluster', OUTSIDE, []],
    ['certificates of its own', INSIDE, ['secrets/lockstep-certificates']],
  ])('include one Lease in its own namespace: %s', async (_, values, besides) => {
    const rendered = await objects({ ...values, ...PIN });
    const { metadata, rules = [] } = rendered.of('Role');

    expect(rules.at(-1)).toEqual(leaseOf('lockstep'));
    expect(rules.slice(0, -1).map((rule) => `${rule.resources}/${rule.resourceNames}`)).toEqual(besides);
    expect(metadata).toMatchObject({ namespace: 'lockstep', name: 'lockstep' });
    expect(rendered.of('RoleBinding').roleRef).toMatchObject({ kind: 'Role', name: 'lockstep' });
    expect(rendered.of('RoleBinding').subjects).toEqual(rendered.of('ClusterRoleBinding').subjects);
  });

  test('include the Lease that the chart creates, whatever its name', async () => {
    const rendered = await objects({ ...PIN, fullnameOverride: 'pacemaker' });

    expect(rendered.of('Lease').metadata?.name).toBe('pacemaker');
    expect(rendered.of('Role').rules?.at(-1)).toEqual(leaseOf('pacemaker'));
  });

  test('are not granted by the chart with rbac.create=false', async () => {
    const { kinds } = await objects({ ...PIN, rbac: { create: false } });

    expect(kinds.filter((kind) => /Role/.test(kind))).toEqual([]);
    expect(kinds).toContain('Lease');
  });
});
