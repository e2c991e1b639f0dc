import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartFile } from '../kit/chart/chart.ts';
import { CA_BUNDLE, helmLint, helmTemplate, type Values } from '../kit/chart/helm.ts';
import { EVERYTHING_SET } from './everything-set.ts';
import { INSIDE, ONLY_API_SERVER, OUTSIDE, PIN } from './variants.ts';

const NO_TEMPLATES = { deployments: false, statefulSets: false, daemonSets: false };
const GIVEN_MODE = { mode: 'existing-secret' };

/** The message with which helm refuses `values`. */
async function refusal(values: Values): Promise<string> {
  const { exitCode, stderr } = await helmTemplate(values);
  expect(exitCode).not.toBe(0);
  return stderr;
}

describe.concurrent('a value that is missing', () => {
  test.each([
    [
      'webhook.caBundle',
      'outside the cluster',
      { webhook: { url: 'https://127.0.0.1:9443' }, certificates: GIVEN_MODE },
    ],
    [
      'webhook.caBundle',
      'in the cluster',
      { certificates: { ...GIVEN_MODE, existingSecret: { name: 'x' } } },
    ],
    [
      'certificates.existingSecret.name',
      'in the cluster',
      { webhook: { caBundle: CA_BUNDLE }, certificates: GIVEN_MODE },
    ],
    ['serviceAccount.name', 'in the cluster', { serviceAccount: { create: false } }],
    ['secrets.keySecretName', 'in the cluster', { secrets: { enabled: true } }],
    ['secrets.keySecretName', 'for ConfigMaps', { configMaps: { keyed: true } }],
    [
      'clientCertificates.caConfigMapName',
      'in the cluster',
      { clientCertificates: { enabled: true, names: ['kube-apiserver'] } },
    ],
    [
      'clientCertificates.names',
      'in the cluster',
      { clientCertificates: { enabled: true, caConfigMapName: 'client-ca' } },
    ],
  ])('is named, and the message says what to set it to: %s, %s', async (name, _, values) => {
    expect(await refusal(values)).toMatch(new RegExp(`${name} is required( with [\\w.=]+)?: set it to `));
  });
});

describe.concurrent('a value that is wrong', () => {
  test.each([
    ['PEM that is not encoded', '-----BEGIN CERTIFICATE-----'],
    ['something else encoded', 'bm90IGEgY2VydGlmaWNhdGU='],
  ])('is named: webhook.caBundle, %s', async (_, caBundle) => {
    expect(await refusal({ webhook: { url: 'https://a:1', caBundle } })).toContain(
      'webhook.caBundle is not a PEM certificate in base64',
    );
  });

  test.each([
    ['port and adminPort are the same', { adminPort: 9443 }],
    ['rollOn contains edit, which has no effect without edit.enabled', { rollOn: ['create', 'edit'] }],
    [
      'edit.concurrentPerNamespace (3) is greater than edit.concurrent (2)',
      { edit: { enabled: true, concurrent: 2 } },
    ],
    ['edit.settle (1m1s) is longer than edit.settleMost (1m)', { edit: { enabled: true, settle: '1m1s' } }],
    [
      'edit.settle (1500ms) is longer than edit.settleMost (1.4s)',
      { edit: { settle: '1500ms', settleMost: '1.4s' } },
    ],
    ['edit.patience (15m) is longer than edit.deadline (10m)', { edit: { patience: '15m' } }],
    ['clientCertificates.enabled has no effect with webhook.url', { ...OUTSIDE, ...ONLY_API_SERVER }],
    [
      'webhook.caBundle is set, but with certificates.mode=self-managed',
      { webhook: { caBundle: CA_BUNDLE } },
    ],
    [
      'webhook.caBundle is set, but with certificates.mode=cert-manager',
      { webhook: { caBundle: CA_BUNDLE }, certificates: { mode: 'cert-manager' } },
    ],
    [
      'certificates.mode=cert-manager requires lockstep to run in the cluster, but webhook.url is set',
      { webhook: { url: 'https://a:1' }, certificates: { mode: 'cert-manager' } },
    ],
    [
      'serviceMonitor.enabled and metrics.podMonitor.enabled are both set',
      { metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } },
    ],
    [
      'networkPolicy.webhookFrom has no effect without networkPolicy.enabled',
      { networkPolicy: { webhookFrom: [{ ipBlock: { cidr: '10.0.0.0/8' } }] } },
    ],
    ['terminationGracePeriodSeconds is too short', { terminationGracePeriodSeconds: 10 }],
    [
      'pin.enabled has no effect with webhook.template.enabled=false, webhook.scale.enabled=false and workloads.jobs=false',
      {
        ...PIN,
        webhook: { template: { enabled: false }, scale: { enabled: false } },
        workloads: { jobs: false },
      },
    ],
    [
      'every kind of workload is switched off, so lockstep has nothing to do: set workloads.deployments',
      { workloads: { ...NO_TEMPLATES, jobs: false } },
    ],
    ['workloads.jobs has no effect without pin.enabled', { workloads: NO_TEMPLATES }],
  ])('is named if it conflicts with another: %s', async (message, values) => {
    expect(await refusal(values)).toContain(message);
  });

  test.each([
    ['/webhook/url', { webhook: { url: 'https://127.0.0.1:9443/' } }],
    ['/webhook/url', { webhook: { url: 'http://127.0.0.1:9443' } }],
    ['/compat/0', { compat: ['keel'] }],
    ['/webhook/failurePolicy', { webhook: { failurePolicy: 'ignore' } }],
    ['/webhook/timeoutSeconds', { webhook: { timeoutSeconds: 31 } }],
    ['/inject/default', { inject: { default: true } }],
    ['/ceiling/enabled', { ceiling: { enabled: 'off' } }],
    ['/workloads/jobs', { workloads: { jobs: 'on' } }],
    ['/ceiling/patienceSeconds', { ceiling: { patienceSeconds: 0 } }],
    ['/ceiling/pinnedPatienceSeconds', { ceiling: { pinnedPatienceSeconds: '1m' } }],
    ['/edit/enabled', { edit: { enabled: 'on' } }],
    ['/edit/rest', { edit: { rest: 0 } }],
    ['/edit/settle', { edit: { settle: '1d' } }],
    ['/edit/concurrent', { edit: { concurrent: 0 } }],
    ['/edit/secrets', { edit: { secrets: 'list' } }],
    ['/edit/windows/0', { edit: { windows: ['09:00-17:00; 18:00-19:00'] } }],
    ['/edit/windows/1', { edit: { windows: ['09:00-17:00', 'Monday 09:00-17:00'] } }],
    ['/rollOn/0', { rollOn: ['edits'] }],
    ['/pin/enabled', { pin: { enabled: 'on' } }],
    ['/configMaps/keyed', { configMaps: { keyed: 'on' } }],
    ['/include/enabled', { include: { enabled: 'off' } }],
    ['/pin/graceSeconds', { pin: { graceSeconds: 0 } }],
    ['/pin/graceSeconds', { pin: { graceSeconds: '10m' } }],
    ['/pin/exclude/0', { pin: { exclude: ['configmap/app#ca.crt'] } }],
    ['/webhook/pod/failurePolicy', { webhook: { pod: { failurePolicy: 'fail' } } }],
    ['/logLevel', { logLevel: 'verbose' }],
    ['/image/digest', { image: { digest: 'latest' } }],
    ['/certificates/mode', { certificates: { mode: 'selfManaged' } }],
    ['/certificates/selfManaged/lifetime', { certificates: { selfManaged: { lifetime: '90d' } } }],
    ['/webhook/template/timeoutSeconds', { webhook: { template: { timeoutSeconds: 31 } } }],
    ['/drainDelaySeconds', { drainDelaySeconds: '5s' }],
    ['/podDisruptionBudget/maxUnavailable', { podDisruptionBudget: { maxUnavailable: '1' } }],
    ['/podLabels/tier', { podLabels: { tier: 1 } }],
    ['/extraEnv/0', { extraEnv: [{ value: 'x' }] }],
    ['/host', { host: 'localhost' }],
    ['/hostNetwork', { hostNetwork: 'yes' }],
    ['/clientCertificates/names/0', { clientCertificates: { names: ['one,two'] } }],
    ['/networkPolicy/webhookFrom/0', { networkPolicy: { webhookFrom: ['10.0.0.0/8'] } }],
    ['/excludedNamespaces/0', { excludedNamespaces: ['Kube_System'] }],
    ['/rbac/namespaces/0', { rbac: { namespaces: ['a.b'] } }],
    ['/admissionPolicies/exemptUsers/0', { admissionPolicies: { exemptUsers: [''] } }],
  ])('is refused by the schema: %s, %j', async (path, values) => {
    expect(await refusal(values)).toContain(`at '${path}'`);
  });
});

describe.concurrent('a value that is misspelt', () => {
  test.each([
    ['webhok', { webhok: {} }],
    ['ulr', { webhook: { ulr: 'x' } }],
    ['matchLabel', { webhook: { namespaceSelector: { matchLabel: {} } } }],
    ['vals', { webhook: { objectSelector: { matchExpressions: [{ key: 'a', operator: 'In', vals: [] }] } } }],
    ['defualt', { inject: { defualt: 'disabled' } }],
    ['enable', { ceiling: { enable: false } }],
    ['statefulsets', { workloads: { statefulsets: false } }],
    ['patience', { ceiling: { patience: '10m' } }],
    ['exempt', { admissionPolicies: { exempt: [] } }],
    ['creat', { serviceAccount: { creat: false } }],
    ['selfmanaged', { certificates: { selfmanaged: {} } }],
    ['lifeTime', { certificates: { selfManaged: { lifeTime: '1h' } } }],
    ['timeout', { webhook: { scale: { timeout: 1 } } }],
    // A scale-up has no labels.
    ['objectSelector', { webhook: { scale: { objectSelector: {} } } }],
    // lockstep must see every pod that has the annotation.
    ['objectSelector', { webhook: { pod: { objectSelector: {} } } }],
    // pin.enabled enables it.
    ['enabled', { webhook: { pod: { enabled: true } } }],
    ['enabled', { configMaps: { enabled: true } }],
    ['grace', { pin: { grace: 600 } }],
    ['caSecretName', { clientCertificates: { caSecretName: 'client-ca' } }],
    ['runAsNonroot', { podSecurityContext: { runAsNonroot: true } }],
    ['podAntiAfinity', { affinity: { podAntiAfinity: {} } }],
    ['topologykey', { topologySpreadConstraints: [{ topologykey: 'x' }] }],
    ['maxUnavailabel', { podDisruptionBudget: { maxUnavailabel: 1 } }],
    ['readonly', { extraVolumeMounts: [{ readonly: true }] }],
    ['servicemonitor', { metrics: { servicemonitor: {} } }],
    ['pullSecret', { image: { pullSecret: 'x' } }],
    ['limit', { resources: { limit: {} } }],
    ['effects', { tolerations: [{ effects: 'NoSchedule' }] }],
  ])('is refused by name: %s', async (name, values) => {
    expect(await refusal(values)).toContain(`additional properties '${name}' not allowed`);
  });
});

describe.concurrent('the chart', () => {
  test.each([
    ['outside the cluster', OUTSIDE],
    ['in the cluster', INSIDE],
    ['with pin', PIN],
    ['with everything set', EVERYTHING_SET],
  ])('passes helm lint --strict: %s', async (_, values) => {
    const { exitCode, stdout } = await helmLint(values);

    expect(stdout).toContain('0 chart(s) failed');
    expect(exitCode).toBe(0);
  });

  test('requires a Kubernetes with match conditions', async () => {
    expect(parse(await chartFile('Chart.yaml'))).toMatchObject({ kubeVersion: '>=1.30.0-0' });
  });
});
