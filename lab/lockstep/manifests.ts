/** Manifests of the tests' workloads, for `kubectl apply -f -`. */
export interface WebOptions {
  /** Default: `web`. */
  readonly name?: string;
  readonly replicas?: number;
  readonly image?: string;
  /** A Deployment's `strategy`, or another kind's `updateStrategy`. */
  readonly strategy?: unknown;
  /** Of a Deployment. */
  readonly paused?: boolean;
  readonly podSpec?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

export const configMap = (data: Readonly<Record<string, string>>, name = 'app') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const secret = (stringData: Readonly<Record<string, string>>, name = 'db') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});

/** The references of a pod that reads its environment from the ConfigMap `app`. */
const ENV_FROM_APP = { envFrom: [{ configMapRef: { name: 'app' } }] };

const merge = (base: object, extra: unknown): object => Object.assign({}, base, extra);

/** The pods of `web`: they read their environment from the ConfigMap `app`. */
const templateOf = ({ name = 'web', image = 'web:1', podSpec }: WebOptions): object => ({
  metadata: { labels: { app: name } },
  spec: merge(
    { containers: [{ name: 'web', image, ...ENV_FROM_APP }], terminationGracePeriodSeconds: 0 },
    podSpec,
  ),
});

const workload = (kind: string, options: WebOptions, spec: object): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: {
    name: options.name ?? 'web',
    ...(options.labels && { labels: options.labels }),
    ...(options.annotations && { annotations: options.annotations }),
  },
  spec: merge(
    { selector: { matchLabels: { app: options.name ?? 'web' } }, ...spec, template: templateOf(options) },
    options.spec,
  ),
});

/** A Deployment `web`. Its pods read their environment from the ConfigMap `app`. */
export function web(options: WebOptions = {}): object {
  const { replicas = 2, strategy, paused } = options;
  return workload('Deployment', options, {
    replicas,
    ...(strategy !== undefined && { strategy }),
    ...(paused !== undefined && { paused }),
  });
}

/** A StatefulSet `web` with the same pods. */
export function webSet(options: WebOptions = {}): object {
  const { replicas = 2, strategy } = options;
  return workload('StatefulSet', options, {
    replicas,
    serviceName: 'web',
    ...(strategy !== undefined && { updateStrategy: strategy }),
  });
}

/** A DaemonSet `web` with such a pod on each node. Replicas mean nothing to it. */
export const daemons = (options: WebOptions = {}): object =>
  workload('DaemonSet', options, {
    ...(options.strategy !== undefined && { updateStrategy: options.strategy }),
  });

/** kwok ends a Job's pods at once, except for those with this annotation. */
const RUNS_ON = { 'lockstep-test/runs-on': 'true' };

/** A Job `web` with such pods. They end when somebody ends them, and none of them starts its container again. */
export function webJob({ labels, spec, podSpec, ...options }: WebOptions = {}): object {
  const template = templateOf({ ...options, podSpec: merge({ restartPolicy: 'Never' }, podSpec) });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'web', ...(labels && { labels }) },
    spec: merge(
      { template: merge(template, { metadata: { labels: { app: 'web' }, annotations: RUNS_ON } }) },
      spec,
    ),
  };
}

export const list = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
