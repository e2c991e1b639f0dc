import { describe, expect, test } from 'vitest';
import { CA_BUNDLE, type Values } from '../kit/chart/helm.ts';
import { webhooks } from '../kit/chart/rendered.ts';
import { INSIDE, OUTSIDE } from './variants.ts';

/** The webhooks of namespaces in which lockstep only observes. */
const observing = (...names: readonly string[]) => names.map((name) => `${name}-observe`);

describe('the webhooks', () => {
  // Neither an upgrade nor an apply removes a field that the chart never mentions.
  test.each<[string, Values]>([
    ['lockstep', INSIDE],
    ['cert-manager', { certificates: { mode: 'cert-manager' } }],
    ['lockstep, outside the cluster', { webhook: { url: 'https://127.0.0.1:9443' } }],
  ])('have no caBundle if it is filled in by %s', async (_, values) => {
    const fields = (await webhooks(values)).flatMap((each) => Object.keys(each.clientConfig));

    expect(fields).toHaveLength(10);
    expect(fields).not.toContain('caBundle');
  });

  test('do not include the ceiling if it is switched off', async () => {
    const rendered = await webhooks({ ...OUTSIDE, ceiling: { enabled: false } });

    expect(rendered.map((each) => each.name)).not.toContain('ceiling.lockstep.dev');
    expect(rendered.map((each) => each.name)).not.toContain('ceiling-observe.lockstep.dev');
  });

  const policies = async (values: Values) =>
    Object.fromEntries(
      (await webhooks(values)).map((each) => [each.name?.split('.', 1)[0], each.failurePolicy]),
    );

  test('fail as the namespace’s label or onError says, but the ceiling and the pods of nodes never fail', async () => {
    expect(await policies(OUTSIDE)).toEqual({
      template: 'Ignore',
      scale: 'Ignore',
      'template-deny': 'Fail',
      'scale-deny': 'Fail',
      node: 'Ignore',
      ceiling: 'Ignore',
      'template-observe': 'Ignore',
      'scale-observe': 'Ignore',
      'node-observe': 'Ignore',
      'ceiling-observe': 'Ignore',
    });
    expect(await policies({ ...OUTSIDE, onError: 'deny' })).toEqual({
      template: 'Fail',
      scale: 'Fail',
      'template-allow': 'Ignore',
      'scale-allow': 'Ignore',
      node: 'Ignore',
      ceiling: 'Ignore',
      'template-observe': 'Ignore',
      'scale-observe': 'Ignore',
      'node-observe': 'Ignore',
      'ceiling-observe': 'Ignore',
    });
  });

  test('take timeoutSeconds from the values, and failurePolicy unless a label overrides it', async () => {
    const webhook = {
      url: 'https://127.0.0.1:9443',
      caBundle: CA_BUNDLE,
      failurePolicy: 'Fail',
      timeoutSeconds: 30,
    };

    expect(await policies({ webhook })).toMatchObject({
      template: 'Fail',
      'scale-deny': 'Fail',
      node: 'Ignore',
      ceiling: 'Ignore',
    });
    for (const each of await webhooks({ webhook })) expect(each.timeoutSeconds).toBe(30);
  });

  test('take their own values', async () => {
    const webhook = {
      timeoutSeconds: 2,
      template: { timeoutSeconds: 3, failurePolicy: 'Fail' },
      ceiling: { timeoutSeconds: 1 },
    };

    expect(await policies({ webhook })).toMatchObject({
      template: 'Fail',
      scale: 'Ignore',
      ceiling: 'Ignore',
    });
    expect((await webhooks({ webhook })).map((each) => each.timeoutSeconds)).toEqual([
      ...[3, 2, 3, 2, 2, 1],
      ...[3, 2, 2, 1],
    ]);
  });

  test.each([
    ['template', ['scale', 'scale-deny', 'node', 'ceiling', ...observing('scale', 'node', 'ceiling')]],
    ['scale', ['template', 'template-deny', 'node', 'ceiling', ...observing('template', 'node', 'ceiling')]],
    [
      'node',
      [
        ...['template', 'scale', 'template-deny', 'scale-deny', 'ceiling'],
        ...observing('template', 'scale', 'ceiling'),
      ],
    ],
  ])('can be switched off separately: %s', async (name, others) => {
    const rendered = await webhooks({ webhook: { [name]: { enabled: false } } });

    expect(rendered.map((each) => each.name)).toEqual(others.map((other) => `${other}.lockstep.dev`));
  });
});
