import type { Values } from '../kit/chart/helm.ts';

const WITHOUT_THRESHOLD = ['absent', 'noLeader'];
const ALERTS = [
  'absent',
  'notCalled',
  'notChecked',
  'deadlineExceeded',
  'reviewsSlow',
  'callerRefused',
  'apiErrors',
  'clockOffset',
  'certificateExpiring',
  'certificateErrors',
  'editStopped',
  'editFailed',
  'editErrors',
  'noLeader',
  'driftLasts',
  'sweepFailing',
  'versionsDiffer',
];

/** Its `metrics`. */
export const EVERYTHING_METRICS = {
  serviceMonitor: { enabled: true },
  tls: {
    enabled: true,
    ca: { configMap: { name: 'lockstep-ca', key: 'ca.pem' } },
  },
  authentication: {
    enabled: true,
    bearerTokenFile: '/var/run/token',
    tokenSecret: { name: 'prometheus', key: 'token' },
  },
  workloads: { enabled: true, every: '6h' },
  labels: { release: 'prometheus' },
  interval: '30s',
  scrapeTimeout: '5s',
  relabelings: [{ targetLabel: 'cluster', replacement: 'one' }],
  metricRelabelings: [{ action: 'drop', regex: 'nodejs_.*', sourceLabels: ['__name__'] }],
  prometheusRule: {
    enabled: true,
    labels: { release: 'prometheus' },
    annotations: { 'example.com/alerts': '1' },
    additionalRuleLabels: { team: 'platform' },
    runbookUrl: 'https://docs.example/lockstep/operations',
    alerts: Object.fromEntries(
      ALERTS.map((name) => [
        name,
        { for: '7m', severity: 'page', ...(!WITHOUT_THRESHOLD.includes(name) && { threshold: 7 }) },
      ]),
    ),
  },
  dashboard: {
    enabled: true,
    namespace: 'default',
    labels: { grafana_dashboard: 'yes' },
    annotations: { grafana_folder: 'Platform' },
  },
};

/** An installation in the cluster that changes every value that applies to it. */
export const EVERYTHING_SET: Values = {
  nameOverride: 'pace',
  fullnameOverride: 'pacemaker',
  commonLabels: { team: 'platform', 'app.kubernetes.io/name': 'taken' },
  commonAnnotations: { 'example.com/owner': 'platform' },
  deploymentAnnotations: { 'example.com/deployment': 'yes' },
  podLabels: { sidecar: 'false', 'app.kubernetes.io/instance': 'taken' },
  podAnnotations: { 'example.com/scraped': 'true' },
  excludedNamespaces: ['kube-system', 'lockstep', '123'],
  webhook: { annotations: { 'example.com/webhook': '1' }, timeoutSeconds: 10 },
  ceiling: { enabled: true, patienceSeconds: 1800, pinnedPatienceSeconds: 90 },
  holdUntilConfigured: { enabled: true },
  unblock: { enabled: true, patienceSeconds: 30 },
  edit: {
    enabled: true,
    settle: '0s',
    settleMost: '1m30s',
    concurrent: 100,
    concurrentPerNamespace: 10,
    rest: '5m',
    patience: '3m',
    deadline: '1h',
    windows: ['Mon-Fri 09:00-17:00 Europe/Berlin', 'Sat,Sun 22:00-04:00'],
    sweep: '6h',
    secrets: 'watch',
    secretsEvery: '10s',
  },
  pin: { enabled: true, graceSeconds: 3600, exclude: ['secret/ca-*'] },
  certificates: {
    selfManaged: { secretName: 'pacemaker.keys', lifetime: '24h', caLifetime: '100h30m' },
  },
  admissionPolicies: {
    exemptUsers: ['system:serviceaccount:velero:velero'],
    exemptGroups: ['backup:tools'],
    allowedLabels: ['example.com/team'],
    allowedAnnotations: ['example.com/seen'],
  },
  clientCertificates: {
    enabled: true,
    caConfigMapName: 'client-authorities',
    caConfigMapKey: 'clients.pem',
    names: ['kube-apiserver', 'kube-apiserver.example'],
  },
  serviceAccount: { name: 'pacer', annotations: { 'example.com/role': 'pacer' } },
  image: {
    registry: 'images.example:5000',
    repository: 'team/lockstep',
    tag: '1.2.3',
    digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    pullPolicy: 'Always',
    pullSecrets: ['pull'],
  },
  replicas: 3,
  updateStrategy: { rollingUpdate: { maxUnavailable: '50%', maxSurge: 0 } },
  revisionHistoryLimit: 0,
  drainDelaySeconds: 20,
  terminationGracePeriodSeconds: 60,
  podDisruptionBudget: { minAvailable: '50%' },
  topologySpreadConstraints: [
    {
      topologyKey: 'kubernetes.io/hostname',
      maxSkew: 2,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { any: 'other' } },
    },
  ],
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: 'spot', operator: 'DoesNotExist' }] } },
      ],
    },
  },
  nodeSelector: { 'kubernetes.io/arch': 'arm64', dedicated: 'true' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
  priorityClassName: 'system-cluster-critical',
  port: 8443,
  adminPort: 8081,
  logLevel: 'debug',
  host: '::',
  extraArgs: ['--kubeconfig=/etc/lockstep/kubeconfig'],
  extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=384' }],
  extraVolumes: [{ name: 'ca', configMap: { name: 'corporate-ca' } }],
  extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/ssl/corporate', readOnly: true }],
  resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  livenessProbe: { initialDelaySeconds: 1, failureThreshold: 3 },
  readinessProbe: { periodSeconds: 1 },
  podSecurityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
  securityContext: { procMount: 'Default' },
  networkPolicy: {
    enabled: true,
    webhookFrom: [{ ipBlock: { cidr: '10.0.0.0/28', except: ['10.0.0.15/32'] } }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    egress: [{ to: [{ ipBlock: { cidr: '10.96.0.1/32' } }], ports: [{ port: 443, protocol: 'TCP' }] }],
  },
  dnsPolicy: 'Default',
  service: {
    type: 'NodePort',
    labels: { exposed: 'no' },
    annotations: { 'example.com/service': '1' },
    ipFamilyPolicy: 'SingleStack',
    ipFamilies: ['IPv4'],
  },
  metrics: EVERYTHING_METRICS,
};

/** Pods in the network of their nodes, which violates the restricted Pod Security Standard. */
export const HOST_NETWORK: Values = { hostNetwork: true, port: 10443, adminPort: 10080 };
