import { describe, expect, test } from 'vitest';
import { helmTemplate, type Values } from '../kit/chart/helm.ts';
import { objects, webhooks } from '../kit/chart/rendered.ts';
import { INSIDE, OUTSIDE, PIN } from './variants.ts';

const ONLY: Values = { rbac: { namespaces: ['shop', 'bank'] } };
const LOOK = {
  apiGroups: [''],
  resources: ['namespaces'],
  resourceNames: ['bank', 'shop'],
  verbs: ['get'],
};

describe('with rbac.namespaces', () => {
  test.each<[string, Values]>([
    ['without pin', OUTSIDE],
    ['with pin', { ...OUTSIDE, ...PIN }],
    ['with pin and Secrets', { ...OUTSIDE, ...PIN, secrets: { enabled: true } }],
  ])(
    'each namespace has the rights of the ClusterRole, which has only these namespaces: %s',
    async (_, values) => {
      const rules = (await objects(values)).of('ClusterRole').rules?.slice(0, -1);
      const rendered = await objects({ ...values, ...ONLY });
      const roles = rendered.all('Role').filter(({ metadata }) => metadata?.namespace !== 'lockstep');
      const bindings = rendered
        .all('RoleBinding')
        .filter(({ metadata }) => metadata?.namespace !== 'lockstep');

      expect(rendered.of('ClusterRole').rules).toEqual([LOOK]);
      expect(roles.map(({ metadata, rules: own }) => [metadata?.namespace, own])).toEqual([
        ['bank', rules],
        ['shop', rules],
      ]);
      expect(
        bindings.map(({ metadata, roleRef, subjects }) => [metadata?.namespace, roleRef.kind, subjects]),
      ).toEqual(
        ['bank', 'shop'].map((namespace) => [namespace, 'Role', rendered.of('ClusterRoleBinding').subjects]),
      );
    },
  );

  test('the webhooks select only these, and the program and the policies know them', async () => {
    const rendered = await objects({ ...INSIDE, ...PIN, ...ONLY });
    const [container] = rendered.of('Deployment').spec?.template.spec?.containers ?? [];
    const only = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['bank', 'shop'] };

    for (const { namespaceSelector } of await webhooks({ ...INSIDE, ...PIN, ...ONLY })) {
      expect(namespaceSelector?.matchExpressions?.[1]).toEqual(only);
    }
    expect(container?.args).toContain('--excluded-namespaces=kube-system,lockstep');
    expect(container?.args).toContain('--namespaces=bank,shop');
    const policies = rendered
      .all('ValidatingAdmissionPolicy')
      .map(({ spec }) => JSON.stringify(spec?.validations));
    expect(
      policies.filter((text) => text.includes('request.namespace in [\\"bank\\",\\"shop\\"]')),
    ).toHaveLength(3);
  });

  test.each([
    ['lockstep', {}],
    ['shop', { excludedNamespaces: ['shop'] }],
  ])('a namespace in which lockstep never acts is refused: %s', async (name, values) => {
    const { exitCode, stderr } = await helmTemplate({ ...OUTSIDE, ...values, rbac: { namespaces: [name] } });

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(
      `rbac.namespaces contains ${name}, which is the release's own namespace or one of`,
    );
  });
});
