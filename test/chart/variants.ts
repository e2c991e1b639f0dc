import { CA_BUNDLE, type Values } from './helm.ts';

const URL = 'https://127.0.0.1:9443';

/** lockstep outside the cluster, as development, demo and tests run it. */
export const OUTSIDE: Values = { webhook: { url: URL, caBundle: CA_BUNDLE } };

/** lockstep in the cluster, with nothing set but what must be. */
export const INSIDE: Values = { webhook: { caBundle: CA_BUNDLE }, tls: { secretName: 'lockstep-tls' } };

/** Every shape the chart can take, and every value set to something else than its default at least once. */
export const VARIANTS: Readonly<Record<string, Values>> = {
  'outside the cluster': OUTSIDE,
  'in the cluster': INSIDE,
  'without the ceiling': { ...OUTSIDE, ceiling: { enabled: false } },
  'only where enabled': { ...INSIDE, inject: { default: 'disabled' } },
  'with Secrets, in the cluster': { ...INSIDE, secrets: { enabled: true, keySecretName: 'lockstep-keys' } },
  'with Secrets, outside': { ...OUTSIDE, secrets: { enabled: true } },
  'refusing on an error': { ...INSIDE, onError: 'deny' },
  'ignoring and rolling on updates only': {
    ...INSIDE,
    ignore: ['configmap/flags', 'secret/*#ca.crt'],
    rollOn: ['create', 'update'],
  },
  'narrowed and strict': {
    webhook: {
      url: `${URL}/behind/a/proxy`,
      caBundle: CA_BUNDLE,
      failurePolicy: 'Fail',
      timeoutSeconds: 1,
      namespaceSelector: {
        matchLabels: { team: 'shop' },
        matchExpressions: [{ key: 'tier', operator: 'Exists' }],
      },
      objectSelector: {
        matchLabels: { app: '1' },
        matchExpressions: [{ key: 'x', operator: 'In', values: ['true'] }],
      },
    },
    excludedNamespaces: [],
  },
  'everything set': {
    ...INSIDE,
    nameOverride: 'pace',
    fullnameOverride: 'pacemaker',
    excludedNamespaces: ['kube-system', 'lockstep', '123'],
    serviceAccount: { name: 'pacer' },
    image: {
      repository: 'images.example/lockstep',
      tag: '1.2.3',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
      pullPolicy: 'Always',
      pullSecrets: ['pull'],
    },
    replicas: 2,
    port: 8443,
    adminPort: 8081,
    logLevel: 'debug',
    resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    nodeSelector: { 'kubernetes.io/arch': 'arm64', dedicated: 'true' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
  },
};
