import { describe, expect, test } from 'vitest';
import { publishedPolicy } from '../../src/config/published.ts';
import { objects } from '../kit/chart/rendered.ts';
import { VARIANTS } from './variants.ts';

describe('what the chart publishes of its settings', () => {
  test.each(Object.entries(VARIANTS))('is what the program is started with: %s', async (_, values) => {
    const rendered = await objects(values);
    const settings = rendered.all('ConfigMap').find(({ metadata }) => metadata?.name === 'lockstep-settings');
    const args: string[] = JSON.parse(settings?.data?.['args'] ?? 'null');
    const [deployment] = rendered.all('Deployment');
    if (deployment) expect(args).toEqual(deployment.spec?.template.spec?.containers[0]?.args);
    expect(publishedPolicy(args).scope.excluded).toContain('lockstep');
  });

  test('may be read by every authenticated user, and nothing else may', async () => {
    const rendered = await objects({});
    const role = rendered.all('Role').find(({ metadata }) => metadata?.name === 'lockstep-settings');
    expect(role?.rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['lockstep-settings'], verbs: ['get'] },
    ]);
    const binding = rendered
      .all('RoleBinding')
      .find(({ metadata }) => metadata?.name === 'lockstep-settings');
    expect(binding?.subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' },
    ]);
  });

  test('is nothing with settings.published=false', async () => {
    const rendered = await objects({ settings: { published: false } });
    const names = [...rendered.all('ConfigMap'), ...rendered.all('Role'), ...rendered.all('RoleBinding')];
    expect(names.filter(({ metadata }) => metadata?.name?.endsWith('-settings'))).toEqual([]);
  });
});
