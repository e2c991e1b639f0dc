import { describe, expect, test } from 'vitest';
import { CA_BUNDLE, type Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { nameOf, rightsOf } from '../kit/chart/rights.ts';
import { EDIT, OUTSIDE, PIN } from './variants.ts';

/** The rights of the ClusterRole, or those of each namespace's Role. */
async function rightsWith(values: Values): Promise<string[]> {
  const rendered = await objects({ ...OUTSIDE, ...values });
  const [role] = rendered.all('Role').filter(({ metadata }) => metadata?.namespace === 'shop');
  return rightsOf((role ?? rendered.of('ClusterRole')).rules ?? [])
    .map(nameOf)
    .toSorted();
}

const added = async (values: Values, edit: object): Promise<string[]> => {
  const without = await rightsWith(values);
  const rights = await rightsWith({ ...values, edit });
  expect(without.filter((name) => !rights.includes(name))).toEqual([]);
  return rights.filter((name) => !without.includes(name));
};

const WATCHED = ['watch configmaps', 'watch daemonsets', 'watch deployments', 'watch statefulsets'];
const OFF = { enabled: false };
const NO_CALLS = { url: 'https://127.0.0.1:9443', caBundle: CA_BUNDLE, template: OFF, scale: OFF, node: OFF };

describe('rollouts after edits add exactly these rights:', () => {
  test.each<[string, Values, readonly string[]]>([
    ['with the defaults', {}, WATCHED],
    ['with pin', PIN, WATCHED],
    ['in some namespaces', { rbac: { namespaces: ['shop', 'bank'] } }, WATCHED],
    ['with Secrets, which are polled', { secrets: { enabled: true } }, WATCHED],
    ['with Argo Rollouts', { argoRollouts: { enabled: true } }, [...WATCHED, 'watch rollouts'].toSorted()],
    [
      'with Deployments only',
      { workloads: { statefulSets: false, daemonSets: false } },
      ['watch configmaps', 'watch deployments'],
    ],
    [
      'if no call starts a rollout, what brings workloads into step, too',
      { webhook: NO_CALLS, ceiling: OFF, workloads: { daemonSets: false }, argoRollouts: { enabled: true } },
      [
        'create events',
        'get configmaps',
        'get deployments',
        'get rollouts',
        'get statefulsets',
        'list controllerrevisions',
        'list pods',
        'list replicasets',
        'list rollouts',
        'patch deployments',
        'patch rollouts',
        'patch statefulsets',
        'watch configmaps',
        'watch deployments',
        'watch rollouts',
        'watch statefulsets',
      ],
    ],
    [
      'none for Jobs alone',
      { ...PIN, workloads: { deployments: false, statefulSets: false, daemonSets: false } },
      [],
    ],
  ])('%s', async (_, values, expected) => {
    expect(await added(values, { enabled: true })).toEqual(expected);
  });

  test('Secrets are watched only if they count, and only where the owner says so', async () => {
    const edit = { enabled: true, secrets: 'watch' };
    expect(await added({ secrets: { enabled: true } }, edit)).toEqual(
      [...WATCHED, 'watch secrets'].toSorted(),
    );
    expect(await added({}, edit)).toEqual(WATCHED);
    expect(await added({ secrets: { enabled: true } }, { ...edit, enabled: false })).toEqual([]);
  });

  test('and one Lease in its own namespace', async () => {
    const rendered = await objects(EDIT);
    expect(rendered.of('Role').rules?.at(-1)).toEqual({
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['lockstep'],
      verbs: ['get', 'patch'],
    });
    expect(rendered.of('Lease').metadata?.name).toBe('lockstep');
    expect((await objects({})).kinds).not.toContain('Lease');
  });
});
