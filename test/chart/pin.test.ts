import { describe, expect, test } from 'vitest';
import { CA_BUNDLE, render, type Values } from './helm.ts';
import { objects, webhooks } from './rendered.ts';
import { INSIDE, OUTSIDE, PIN, VARIANTS } from './variants.ts';

const withPin = (values: Values = {}) => webhooks({ ...OUTSIDE, ...PIN, ...values });
const short = (name: string) => name.replace('.lockstep.dev', '');

describe.concurrent('without pin: not one call more, not one right more', () => {
  const without = Object.entries(VARIANTS).filter(([, values]) => values['pin'] === undefined);

  // What calls and rights there are, to the last one, is in webhooks.test.ts and rbac.test.ts.
  test.each(without)('nothing is said of it, of leases or of pods: %s', async (_, values) => {
    const rendered = await objects(values);
    const said = rendered.all('MutatingWebhookConfiguration').map(({ webhooks: entries }) => entries);
    const rules = [...rendered.all('ClusterRole'), ...rendered.all('Role')].map((role) => role.rules);
    const args = rendered.all('Deployment').map(({ spec }) => spec?.template.spec?.containers[0]?.args);

    expect(JSON.stringify([said, rules, args])).not.toMatch(/\bpin|\blease|\bpods?\b/i);
    expect(rendered.kinds).not.toContain('Lease');
  });

  test('what is set for it changes nothing while it is off', async () => {
    const pod = { failurePolicy: 'Fail', timeoutSeconds: 30, namespaceSelector: { matchLabels: { a: 'b' } } };
    const set = { pin: { enabled: false, graceSeconds: 1 }, webhook: { pod } };

    expect(await render(set)).toBe(await render(INSIDE));
  });
});

describe('with pin', () => {
  test('onError=deny turns it round for pods, too', async () => {
    const found = (await withPin({ onError: 'deny' })).map((each) => [short(each.name), each.failurePolicy]);

    expect(Object.fromEntries(found)).toMatchObject({
      pod: 'Fail',
      'template-pin': 'Fail',
      'pod-allow': 'Ignore',
      'template-allow-pin': 'Ignore',
    });
  });

  test('both of a pair are alike, but for name, path and the label that parts them', async () => {
    const entries = await withPin();
    for (const one of entries.filter(({ name }) => /^(template|scale)(-deny)?\./.test(name))) {
      const other = entries.find(({ name }) => name === one.name.replace('.', '-pin.'));
      const parted = { name: '', clientConfig: {}, namespaceSelector: {} };

      expect({ ...one, ...parted }).toEqual({ ...other, ...parted });
    }
  });

  test('the pods’ webhook takes what is said of it alone', async () => {
    const url = 'https://127.0.0.1:9443';
    const pod = { failurePolicy: 'Fail', timeoutSeconds: 3 };
    const found = (await withPin({ webhook: { url, caBundle: CA_BUNDLE, timeoutSeconds: 7, pod } })).filter(
      (each) => /^(pod|template)\./.test(each.name),
    );

    expect(found.map((each) => [short(each.name), each.failurePolicy, each.timeoutSeconds])).toEqual([
      ['template', 'Ignore', 7],
      ['pod', 'Fail', 3],
    ]);
  });

  test.each([
    ['template', ['scale', 'scale-pin', 'pod', 'scale-deny', 'scale-deny-pin', 'pod-deny', 'ceiling']],
    [
      'scale',
      ['template', 'template-pin', 'pod', 'template-deny', 'template-deny-pin', 'pod-deny', 'ceiling'],
    ],
  ])('the others stay where one is switched off: %s', async (name, others) => {
    const rendered = await webhooks({ ...PIN, webhook: { [name]: { enabled: false } } });

    expect(rendered.map((each) => short(each.name))).toEqual(others);
  });

  test.each<[string, Values]>([
    ['in the cluster', PIN],
    ['outside', { ...OUTSIDE, ...PIN }],
  ])('there is an empty Lease, whose spec is nobody’s but lockstep’s: %s', async (_, values) => {
    const { metadata, ...lease } = (await objects(values)).of('Lease');

    expect(metadata).toMatchObject({ namespace: 'lockstep', name: 'lockstep' });
    expect(lease).toEqual({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' });
  });
});
