/** Manifests of the tests' workloads, for `kubectl apply -f -`. */
export interface WebOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly strategy?: unknown;
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

/** A Deployment `web`. Its pods read their environment from the ConfigMap `app`. */
export function web(options: WebOptions = {}): object {
  const { replicas = 2, image = 'web:1', strategy, paused, labels, annotations } = options;
  const container = { name: 'web', image, ...ENV_FROM_APP };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: merge(
      {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        ...(strategy !== undefined && { strategy }),
        ...(paused !== undefined && { paused }),
        template: {
          metadata: { labels: { app: 'web' } },
          spec: merge({ containers: [container], terminationGracePeriodSeconds: 0 }, options.podSpec),
        },
      },
      options.spec,
    ),
  };
}

export const list = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
