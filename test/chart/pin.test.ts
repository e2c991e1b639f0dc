import { describe, expect, test } from 'vitest';
import { CA_BUNDLE, render, type Values } from '../kit/chart/helm.ts';
import { objects, webhooks } from '../kit/chart/rendered.ts';
import { INSIDE, OUTSIDE, PIN, VARIANTS } from './variants.ts';

const withPin = (values: Values = {}) => webhooks({ ...OUTSIDE, ...PIN, ...values });
const short = (name: string) => name.replace('.lockstep.dev', '');

describe.concurrent('without pin: no additional call, no additional right', () => {
  // Edits and the count of workloads need a Lease, and pods that wait for their configuration a webhook. These have tests
  // of their own.
  const others = ['pin', 'edit', 'holdUntilConfigured'];
  const counts = (values: Values) => Object(values['metrics']).workloads !== undefined;
  const without = Object.entries(VARIANTS).filter(
    ([, values]) => others.every((value) => values[value] === undefined) && !counts(values),
  );

  // golden/default.yaml and rbac.test.ts hold all calls and rights.
  test.each(without)('no webhook, right or flag mentions pin or leases: %s', async (_, values) => {
    const rendered = await objects(values);
    const said = rendered.all('MutatingWebhookConfiguration').map(({ webhooks: entries }) => entries);
    const rules = [...rendered.all('ClusterRole'), ...rendered.all('Role')].map((role) => role.rules);
    const args = rendered.all('Deployment').map(({ spec }) => spec?.template.spec?.containers[0]?.args);

    expect(JSON.stringify([said, rules, args])).not.toMatch(/\bpin\b|\blease/i);
    // Pods of DaemonSets are reviewed with and without it.
    const called = said.flatMap((entries = []) => entries.filter(({ name }) => !name.startsWith('node')));
    expect(JSON.stringify(called)).not.toMatch(/\bpods?\b/i);
    expect(rendered.kinds).not.toContain('Lease');
  });

  test('the other values for pin change nothing while it is off', async () => {
    const pod = { failurePolicy: 'Fail', timeoutSeconds: 30, namespaceSelector: { matchLabels: { a: 'b' } } };
    const set = { pin: { enabled: false, graceSeconds: 1 }, webhook: { pod } };

    expect(await render(set)).toBe(await render(INSIDE));
  });
});

describe('with pin', () => {
  test('onError=deny swaps the failure policies of the webhook for pods, too', async () => {
    const found = (await withPin({ onError: 'deny' })).map((each) => [short(each.name), each.failurePolicy]);

    expect(Object.fromEntries(found)).toMatchObject({
      pod: 'Fail',
      'template-pin': 'Fail',
      'pod-allow': 'Ignore',
      'template-allow-pin': 'Ignore',
    });
  });

  test('only where a namespace asks for pin, pods of Jobs can need lockstep, unless a value says so', async () => {
    const policies = async (values: Values) =>
      (await withPin(values))
        .filter(({ name }) => name.startsWith('job'))
        .map(({ name, failurePolicy }) => `${short(name)}: ${failurePolicy}`);

    expect(await policies({ onError: 'deny' })).toEqual([
      ...['job: Ignore', 'job-pin: Fail', 'job-allow: Ignore', 'job-allow-pin: Ignore'],
      'job-observe: Ignore',
    ]);
    const webhook = { url: 'https://127.0.0.1:9443', caBundle: CA_BUNDLE, failurePolicy: 'Fail' };
    expect(await policies({ webhook })).toEqual([
      ...['job: Ignore', 'job-pin: Fail', 'job-deny: Ignore', 'job-deny-pin: Fail'],
      'job-observe: Ignore',
    ]);
    const own = { ...webhook, job: { failurePolicy: 'Fail' } };
    expect((await policies({ webhook: own }))[0]).toBe('job: Fail');
  });

  test('the two webhooks of a pair differ only in name, path and namespaces', async () => {
    const entries = await withPin();
    for (const one of entries.filter(({ name }) => /^(template|scale)(-deny)?\./.test(name))) {
      const other = entries.find(({ name }) => name === one.name.replace('.', '-pin.'));
      const parted = { name: '', clientConfig: {}, namespaceSelector: {} };

      expect({ ...one, ...parted }).toEqual({ ...other, ...parted });
    }
  });

  test('the webhook for pods takes its own values', async () => {
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
    ['template', 'scale'],
    ['scale', 'template'],
  ])('the others stay if one is switched off: %s', async (name, other) => {
    const rendered = await webhooks({ ...PIN, webhook: { [name]: { enabled: false } } });

    expect(rendered.map((each) => short(each.name))).toEqual([
      ...[other, 'job', `${other}-pin`, 'job-pin', 'pod'],
      ...[`${other}-deny`, 'job-deny', `${other}-deny-pin`, 'job-deny-pin', 'pod-deny'],
      ...['node', 'node-pin', 'ceiling'],
      ...[`${other}-observe`, 'job-observe', 'pod-observe', 'node-observe', 'ceiling-observe'],
    ]);
  });

  test.each<[string, Values]>([
    ['in the cluster', PIN],
    ['outside', { ...OUTSIDE, ...PIN }],
  ])('there is an empty Lease, and its spec belongs to lockstep alone: %s', async (_, values) => {
    const { metadata, ...lease } = (await objects(values)).of('Lease');

    expect(metadata).toMatchObject({ namespace: 'lockstep', name: 'lockstep' });
    expect(lease).toEqual({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' });
  });
});
