import { describe, expect, test } from 'vitest';
import { webhooks } from './documents.ts';
import { CA_BUNDLE } from './helm.ts';
import { INSIDE, OUTSIDE } from './variants.ts';

describe('the webhooks', () => {
  test('are three, in this order, with what is common to them', async () => {
    const rendered = await webhooks(OUTSIDE);

    expect(rendered.map((each) => each.name)).toEqual([
      'template.lockstep.dev',
      'scale.lockstep.dev',
      'ceiling.lockstep.dev',
    ]);
    for (const each of rendered) {
      expect(each).toMatchObject({
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Ignore',
        matchPolicy: 'Equivalent',
        timeoutSeconds: 5,
      });
    }
  });

  test('are called for these objects and operations', async () => {
    const rules = (await webhooks(OUTSIDE)).map((each) => each.rules);
    const rule = { apiGroups: ['apps'], apiVersions: ['v1'], scope: 'Namespaced' };

    expect(rules).toEqual([
      [{ ...rule, resources: ['deployments'], operations: ['CREATE', 'UPDATE'] }],
      [{ ...rule, resources: ['deployments/scale'], operations: ['UPDATE'] }],
      [{ ...rule, resources: ['replicasets'], operations: ['UPDATE'] }],
    ]);
  });

  test('say what else they do, and whether they want to be asked again', async () => {
    const said = (await webhooks(OUTSIDE)).map((each) => [each.sideEffects, each.reinvocationPolicy]);

    expect(said).toEqual([
      ['None', 'IfNeeded'],
      ['NoneOnDryRun', 'Never'],
      ['None', 'IfNeeded'],
    ]);
  });

  test('outside the cluster are reached at the URL given', async () => {
    const reached = (await webhooks(OUTSIDE)).map((each) => each.clientConfig);

    expect(reached).toEqual([
      { url: 'https://127.0.0.1:9443/admission/template', caBundle: CA_BUNDLE },
      { url: 'https://127.0.0.1:9443/admission/scale', caBundle: CA_BUNDLE },
      { url: 'https://127.0.0.1:9443/admission/ceiling', caBundle: CA_BUNDLE },
    ]);
  });

  test('in the cluster are reached through the Service', async () => {
    const service = { namespace: 'lockstep', name: 'lockstep', port: 443 };
    const reached = (await webhooks(INSIDE)).map((each) => each.clientConfig);

    expect(reached).toEqual([
      { service: { ...service, path: '/admission/template' }, caBundle: CA_BUNDLE },
      { service: { ...service, path: '/admission/scale' }, caBundle: CA_BUNDLE },
      { service: { ...service, path: '/admission/ceiling' }, caBundle: CA_BUNDLE },
    ]);
  });

  test('are two when the ceiling is switched off', async () => {
    const rendered = await webhooks({ ...OUTSIDE, ceiling: { enabled: false } });

    expect(rendered.map((each) => each.name)).toEqual(['template.lockstep.dev', 'scale.lockstep.dev']);
  });

  test('take failurePolicy and timeoutSeconds from the values', async () => {
    const webhook = {
      url: 'https://127.0.0.1:9443',
      caBundle: CA_BUNDLE,
      failurePolicy: 'Fail',
      timeoutSeconds: 30,
    };

    for (const each of await webhooks({ webhook })) {
      expect(each).toMatchObject({ failurePolicy: 'Fail', timeoutSeconds: 30 });
    }
  });
});
