import { describe, expect, test } from 'vitest';
import { kindsOn, WORKLOAD_RESOURCES } from '../../src/policy/kinds-on.ts';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { nameOf, rightsOf } from '../kit/chart/rights.ts';
import { INSIDE, PIN } from './variants.ts';

const ALL_ON: Values = { ...PIN, argoRollouts: { enabled: true } };
const off = (...kinds: readonly string[]): Values => ({
  ...PIN,
  workloads: Object.fromEntries(kinds.map((kind) => [kind, false])),
});

/** What the chart says about workloads: to the API server, to the program, and in rights. */
async function said(values: Values) {
  const rendered = await objects(values);
  const webhooks = rendered.of('MutatingWebhookConfiguration').webhooks ?? [];
  const roles = [...rendered.all('ClusterRole'), ...rendered.all('Role')];
  const policies = rendered.all('ValidatingAdmissionPolicy');
  const [container] = rendered.of('Deployment').spec?.template.spec?.containers ?? [];
  const rulesFor = (name: string) => webhooks.find((each) => each.name === `${name}.lockstep.dev`)?.rules;
  return {
    names: webhooks.map(({ name }) => name.replace('.lockstep.dev', '')),
    resourcesOf: (name: string) => rulesFor(name)?.flatMap(({ resources = [] }) => resources),
    groupsOf: (name: string) => rulesFor(name)?.map(({ apiGroups, apiVersions }) => [apiGroups, apiVersions]),
    conditionsOf: (name: string) =>
      webhooks.find((each) => each.name === `${name}.lockstep.dev`)?.matchConditions ?? [],
    rights: roles.flatMap(({ rules = [] }) => rightsOf(rules)).map(nameOf),
    policies: policies.map(({ metadata }) => metadata?.name),
    args: container?.args ?? [],
    text: JSON.stringify([webhooks, roles.map(({ rules }) => rules), policies.map(({ spec }) => spec)]),
  };
}

describe('a kind that is off', () => {
  test.each([
    ['deployments', off('deployments'), /deployments|'?Deployment\b|replicasets|ReplicaSet/],
    ['statefulsets', off('statefulSets'), /statefulsets|StatefulSet/],
    ['daemonsets', off('daemonSets'), /daemonsets|DaemonSet/],
    ['jobs', off('jobs'), /jobs|"Job"/],
    ['rollouts', PIN, /rollouts|argoproj/],
  ])('leaves no rule, condition, right, policy or flag: %s', async (resource, values, mentions) => {
    const { text, args } = await said(values);
    const flag = args.find((each) => each.startsWith('--workloads='));

    expect(text).not.toMatch(mentions);
    expect(flag?.replace('--workloads=', '').split(',').sort()).toEqual(
      WORKLOAD_RESOURCES.filter((each) => each !== resource && each !== 'rollouts').sort(),
    );
  });

  test('leaves what another kind needs, too', async () => {
    expect((await said(off('statefulSets'))).rights).toContain('list controllerrevisions');
    expect((await said(off('daemonSets'))).rights).toContain('list controllerrevisions');
    expect((await said(off('statefulSets', 'daemonSets'))).rights.join()).not.toContain('revisions');
    const rollouts = { ...off('deployments'), argoRollouts: { enabled: true } };
    expect((await said(rollouts)).rights).toEqual(
      expect.arrayContaining(['get replicasets', 'list replicasets', 'patch rollouts']),
    );
  });

  test('takes its webhooks along, if no other kind needs them', async () => {
    const daemonSets = await said(off('deployments', 'statefulSets', 'jobs'));
    expect(daemonSets.names.join()).not.toContain('job');
    expect(new Set(daemonSets.names.map((name) => name.split('-')[0]))).toEqual(
      new Set(['template', 'pod', 'node']),
    );
    expect(daemonSets.args).toContain('--ceiling=off');
    expect((await said(off('deployments'))).names).not.toContain('ceiling');
    const jobs = await said(off('deployments', 'statefulSets', 'daemonSets'));
    expect(jobs.names.filter((name) => /template|scale|ceiling/.test(name))).toEqual([]);
    expect(jobs.names).toEqual(['job', 'job-pin', 'job-deny', 'job-deny-pin', 'job-observe']);
    expect(jobs.policies).not.toContain('lockstep-own-workloads');
    expect(jobs.rights).toEqual(expect.arrayContaining(['get jobs', 'get configmaps', 'create configmaps']));
  });
});

describe('the kinds that are on', () => {
  test('have rules for their templates, and for their scale if they have one', async () => {
    const byDefault = await said(INSIDE);
    expect(byDefault.resourcesOf('template')).toEqual(['deployments', 'statefulsets', 'daemonsets']);
    expect(byDefault.resourcesOf('scale')).toEqual(['deployments/scale', 'statefulsets/scale']);
    const { resourcesOf, groupsOf } = await said(ALL_ON);
    expect(resourcesOf('template-deny-pin')?.at(-1)).toBe('rollouts');
    expect(resourcesOf('scale-deny-pin')?.at(-1)).toBe('rollouts/scale');
    expect(groupsOf('scale')).toEqual([
      [['apps'], ['v1']],
      [['argoproj.io'], ['v1alpha1']],
    ]);
  });

  test.each<[string, Values, string]>([
    ['all', ALL_ON, '["ReplicaSet","StatefulSet","DaemonSet"]'],
    ['Deployments', off('statefulSets', 'daemonSets'), '["ReplicaSet"]'],
    ['DaemonSets', off('deployments', 'statefulSets'), '["DaemonSet"]'],
  ])('are those whose pods lockstep sees, by their owner: %s', async (_, values, kinds) => {
    const expression = (await said(values)).conditionsOf('pod').map((each) => each.expression)[1];

    expect(expression).toBe(
      `object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) && o.kind in ${kinds})`,
    );
  });

  // Each table is written by hand: this one is in the chart, that one in src/workloads.
  test.each(kindsOn(WORKLOAD_RESOURCES).map((kind) => [kind.resource, kind] as const))(
    'are as the program knows them: %s',
    async (resource, { group, version, kind, scale, ceiling, revisions }) => {
      const { resourcesOf, groupsOf, conditionsOf, rights } = await said(ALL_ON);

      expect(resourcesOf('template')).toContain(resource);
      expect(groupsOf('template')).toContainEqual([[group], [version]]);
      expect(resourcesOf('scale')?.includes(`${resource}/scale`)).toBe(scale);
      expect(JSON.stringify(conditionsOf('ceiling')).includes(`\\"${kind}\\"`)).toBe(ceiling);
      expect(rights).toContain(`list ${String(revisions).toLowerCase()}s`);
    },
  );

  test.each([
    ['a ClusterRole', {}],
    ['a Role in each namespace', { rbac: { namespaces: ['shop'] } }],
  ])('have only their own rights, in %s', async (_, more) => {
    const of = async (values: Values) =>
      (await said({ ...values, ...more })).rights.filter((right) => /sets$|revisions$/.test(right)).sort();

    expect(await of({ ...off('statefulSets', 'daemonSets'), pin: { enabled: false } })).toEqual([
      'get replicasets',
      'list replicasets',
    ]);
    expect(await of({ ...off('deployments', 'daemonSets'), pin: { enabled: false } })).toEqual([
      'get statefulsets',
      'list controllerrevisions',
      'patch statefulsets',
    ]);
    expect(await of({ ...off('deployments', 'statefulSets'), pin: { enabled: false } })).toEqual([
      'get daemonsets',
      'list controllerrevisions',
      'patch daemonsets',
    ]);
  });

  test('include what a Rollout needs that takes its template from a Deployment', async () => {
    const rollouts = { argoRollouts: { enabled: true } };
    const of = async (values: Values) =>
      (await said(values)).rights.filter((right) => /rollouts|deployments/.test(right)).sort();
    const noScale = { webhook: { scale: { enabled: false } }, ceiling: { enabled: false } };

    expect(await of(rollouts)).toEqual([
      'get deployments',
      'get rollouts',
      'list rollouts',
      'patch deployments',
      'patch rollouts',
    ]);
    expect(await of({ ...rollouts, ...noScale })).toEqual([
      'get deployments',
      'get rollouts',
      'list rollouts',
      'patch deployments',
    ]);
    expect(await of(noScale)).toEqual(['get deployments']);
    expect(await of({ ...rollouts, workloads: { deployments: false } })).toEqual([
      'get rollouts',
      'patch rollouts',
    ]);
    // Reviews record Events, and that of a Rollout may patch the Deployment. None does so on a dry run.
    const sideEffects = async (values: Values) =>
      (await objects(values)).of('MutatingWebhookConfiguration').webhooks?.[0]?.sideEffects;
    expect([await sideEffects(rollouts), await sideEffects({})]).toEqual(['NoneOnDryRun', 'NoneOnDryRun']);
  });
});
