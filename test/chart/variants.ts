import { CA_BUNDLE, type Values } from '../kit/chart/helm.ts';

const URL = 'https://127.0.0.1:9443';

/** lockstep outside the cluster, as for development, the demo and the tests. */
export const OUTSIDE: Values = { webhook: { url: URL, caBundle: CA_BUNDLE } };

/** lockstep in the cluster, with the defaults: self-managed certificates. */
export const INSIDE: Values = {};

/** lockstep in the cluster, with a certificate that the user provides. */
export const GIVEN: Values = {
  webhook: { caBundle: CA_BUNDLE },
  certificates: { mode: 'existing-secret', existingSecret: { name: 'lockstep-tls' } },
};

/** Pin enabled, otherwise the defaults. */
export const PIN: Values = { pin: { enabled: true } };

/** People may ask about workloads, otherwise the defaults. */
export const ASSESS: Values = { assess: { enabled: true } };

/** Rollouts after edits enabled, otherwise the defaults. */
export const EDIT: Values = { edit: { enabled: true } };

/** All workloads are counted by state, otherwise the defaults. */
export const COUNTS: Values = { metrics: { workloads: { enabled: true } } };

/** Only the API server may call, by its client certificate. */
export const ONLY_API_SERVER: Values = {
  clientCertificates: {
    enabled: true,
    caConfigMapName: 'kube-root-ca.crt',
    names: ['kube-apiserver-kubelet-client'],
  },
};

/** Only the program itself, and an empty webhook configuration. */
export const EVERYTHING_OFF: Values = {
  webhook: { template: { enabled: false }, scale: { enabled: false }, node: { enabled: false } },
  ceiling: { enabled: false },
  podDisruptionBudget: { enabled: false },
  rbac: { create: false },
  serviceAccount: { create: false, name: 'default' },
  topologySpreadConstraints: [],
  nodeSelector: null,
  replicas: 0,
};

const NARROW = {
  matchLabels: { team: 'shop' },
  matchExpressions: [{ key: 'tier', operator: 'Exists' }],
};

/** Every shape that the chart can have. Together with everything-set.ts, they change every value. */
export const VARIANTS: Readonly<Record<string, Values>> = {
  'outside the cluster': OUTSIDE,
  'outside, with certificates of its own': { webhook: { url: URL } },
  'outside, and people may ask': {
    ...OUTSIDE,
    assess: { enabled: true, port: 9555, externalName: 'lockstep.example.com' },
  },
  'in the cluster': INSIDE,
  'people may ask': ASSESS,
  'people may ask, and certificates are of cert-manager': {
    ...ASSESS,
    certificates: { mode: 'cert-manager' },
    networkPolicy: { enabled: true },
  },
  'with a certificate given': GIVEN,
  'with a certificate given, and its CA by cert-manager': {
    ...GIVEN,
    webhook: { annotations: { 'cert-manager.io/inject-ca-from': 'lockstep/of-our-own' } },
  },
  'with cert-manager': { certificates: { mode: 'cert-manager' } },
  'with an issuer of cert-manager': {
    certificates: { mode: 'cert-manager', certManager: { issuerRef: { name: 'ca', kind: 'ClusterIssuer' } } },
  },
  'with a ServiceMonitor': { metrics: { serviceMonitor: { enabled: true } } },
  'with a PodMonitor': { metrics: { podMonitor: { enabled: true } } },
  'with a PrometheusRule': { metrics: { prometheusRule: { enabled: true } } },
  'with a dashboard': { metrics: { dashboard: { enabled: true } } },
  'with a NetworkPolicy': { networkPolicy: { enabled: true } },
  'with client certificates': ONLY_API_SERVER,
  'with client certificates, and a certificate given': { ...GIVEN, ...ONLY_API_SERVER },
  'without the ceiling': { ...OUTSIDE, ceiling: { enabled: false } },
  'with everything off': EVERYTHING_OFF,
  'only where enabled': { inject: { default: 'disabled' } },
  'with Secrets, in the cluster': { secrets: { enabled: true, keySecretName: 'lockstep-keys' } },
  'with Secrets, outside': { ...OUTSIDE, secrets: { enabled: true } },
  'with pin': PIN,
  'with pin, outside the cluster': { ...OUTSIDE, ...PIN },
  'with pin, and a certificate given': { ...GIVEN, ...PIN },
  'with pin and Secrets': { ...PIN, secrets: { enabled: true, keySecretName: 'lockstep-keys' } },
  'with pin, refusing on an error': { ...PIN, onError: 'deny' },
  'with pin, at scale-ups only': { ...PIN, webhook: { template: { enabled: false } } },
  'with pin, in some namespaces': { ...PIN, rbac: { namespaces: ['default', 'kube-public'] } },
  'with pin, without policies': { ...PIN, admissionPolicies: { enabled: false } },
  'with pin, and with other writers': {
    ...PIN,
    admissionPolicies: {
      exemptUsers: ['system:serviceaccount:velero:velero', 'a "user" <with> \\ & all'],
      exemptGroups: ['backup:tools'],
      allowedLabels: ['example.com/team'],
      allowedAnnotations: ['example.com/seen'],
      workloads: false,
    },
  },
  'with Deployments only': { ...PIN, workloads: { statefulSets: false, daemonSets: false, jobs: false } },
  'without Deployments': { ...PIN, workloads: { deployments: false } },
  'with DaemonSets only, without pin': {
    workloads: { deployments: false, statefulSets: false, jobs: false },
    onError: 'deny',
  },
  'with Jobs only': {
    ...PIN,
    workloads: { deployments: false, statefulSets: false, daemonSets: false },
  },
  'with rollouts after edits': EDIT,
  'with rollouts after edits, outside the cluster': { ...OUTSIDE, ...EDIT },
  'with rollouts after edits, and all else that adds rights': {
    ...PIN,
    edit: { enabled: true, secrets: 'watch', windows: ['Sat 22:00-04:00', 'Mon-Fri 09:00-17:00 UTC'] },
    secrets: { enabled: true, keySecretName: 'lockstep-keys' },
    argoRollouts: { enabled: true },
    rbac: { namespaces: ['default', 'kube-public'] },
  },
  'with rollouts after edits alone': {
    ...EDIT,
    webhook: { template: { enabled: false }, scale: { enabled: false }, node: { enabled: false } },
    ceiling: { enabled: false },
    rollOn: ['edit'],
  },
  'counting workloads': COUNTS,
  'counting workloads, in some namespaces': { ...COUNTS, rbac: { namespaces: ['default', 'kube-public'] } },
  'holding pods until they are configured': { holdUntilConfigured: { enabled: true } },
  'holding pods of Jobs only': {
    holdUntilConfigured: { enabled: true },
    workloads: { deployments: false, statefulSets: false, daemonSets: false },
  },
  'with Argo Rollouts': { ...PIN, argoRollouts: { enabled: true } },
  'refusing on an error': { onError: 'deny', priorityClassName: 'system-cluster-critical' },
  'replacing all pods at once': { updateStrategy: { type: 'Recreate', rollingUpdate: null } },
  'ignoring and rolling on updates only': {
    ignore: ['configmap/flags', 'secret/*#ca.crt'],
    rollOn: ['create', 'update'],
    adoption: { inDoubt: 'record' },
  },
  'narrowed and strict': {
    webhook: {
      url: `${URL}/behind/a/proxy`,
      caBundle: CA_BUNDLE,
      failurePolicy: 'Fail',
      timeoutSeconds: 1,
      namespaceSelector: NARROW,
      objectSelector: {
        matchLabels: { app: '1' },
        matchExpressions: [{ key: 'x', operator: 'In', values: ['true'] }],
      },
    },
    excludedNamespaces: [],
  },
  'narrowed one by one': {
    ...PIN,
    webhook: {
      template: { failurePolicy: 'Fail', timeoutSeconds: 3, namespaceSelector: NARROW },
      scale: { failurePolicy: 'Fail', timeoutSeconds: 10, namespaceSelector: NARROW },
      pod: { failurePolicy: 'Fail', timeoutSeconds: 4, namespaceSelector: NARROW },
      ceiling: { timeoutSeconds: 1, namespaceSelector: NARROW, objectSelector: NARROW },
    },
  },
};
