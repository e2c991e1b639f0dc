import { PIN_LABEL } from '../../src/marks/names.ts';
import { HISTORY_LABEL } from './nodes.ts';
import type { Source, WorkloadName } from './operations.ts';
import type { DaemonUpdate, Shape, StatefulUpdate } from './shapes.ts';

/** Labels that ask for copies, or none. */
export const pinLabels = (pinned: boolean): Readonly<Record<string, string>> =>
  pinned ? { [PIN_LABEL]: 'enabled' } : {};

/** What both ConfigMaps hold at first. `unused` is in `binaryData` if every key of `data` is used. */
export const FIRST_DATA = { used: 'first', unused: 'first' } as const;

/** The field and key that an edit writes. */
export function field(source: Source, key: 'used' | 'unused', value: string): object {
  // Environment variables come from `data` only, so `web` uses no `binaryData`. `api` mounts all of `app`.
  if (source === 'app' && key === 'unused')
    return { binaryData: { unused: Buffer.from(value).toString('base64') } };
  return { data: { [key]: value } };
}

export function configMap(name: Source, content: object): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...content };
}

export function firstContent(source: Source): object {
  const { used, unused } = FIRST_DATA;
  return source === 'app' ? { data: { used } } : { data: { used, unused } };
}

/** What the pods of a workload use. */
export const PODS: Readonly<Record<WorkloadName, object>> = {
  web: {
    containers: [
      {
        name: 'main',
        image: 'web:first',
        envFrom: [{ configMapRef: { name: 'app' } }],
        env: [
          { name: 'MORE', valueFrom: { configMapKeyRef: { name: 'more', key: 'used', optional: true } } },
        ],
      },
    ],
  },
  api: {
    containers: [{ name: 'main', image: 'api:first', volumeMounts: [{ name: 'app', mountPath: '/app' }] }],
    volumes: [
      {
        name: 'app',
        projected: {
          sources: [
            { configMap: { name: 'app' } },
            { configMap: { name: 'more', optional: true, items: [{ key: 'used', path: 'used' }] } },
          ],
        },
      },
    ],
  },
};

const STATEFUL_STRATEGIES: Readonly<Record<StatefulUpdate, object>> = {
  default: {},
  'written out': { updateStrategy: { type: 'RollingUpdate' } },
  partition: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
  'on delete': { updateStrategy: { type: 'OnDelete' } },
};

const DAEMON_STRATEGIES: Readonly<Record<DaemonUpdate, object>> = {
  rolling: {},
  surge: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
  'on delete': { updateStrategy: { type: 'OnDelete' } },
};

/** What the spec of a kind has beside the template. */
function specOf(shape: Shape, name: WorkloadName): object {
  const replicas = name === 'web' ? 3 : 1;
  switch (shape.kind) {
    case 'Deployment':
      return { replicas };
    case 'StatefulSet':
      return {
        ...{ replicas, serviceName: name, podManagementPolicy: shape.policy },
        ...STATEFUL_STRATEGIES[shape.update],
      };
    case 'DaemonSet':
      return DAEMON_STRATEGIES[shape.update];
    default:
      return shape satisfies never;
  }
}

/** Pods of a DaemonSet run on the nodes of their own history, and no other pods do. */
const onNodesOf = (namespace: string) => ({
  nodeSelector: { [HISTORY_LABEL]: namespace },
  tolerations: [{ key: HISTORY_LABEL, operator: 'Exists' }],
});

export interface ManifestOptions {
  readonly namespace: string;
  readonly shape: Shape;
  readonly pinned: boolean;
}

/**
 * A workload that uses all of `app`, which is required, and the key `used` of `more`, which is optional.
 */
export function workloadManifest(name: WorkloadName, { namespace, shape, pinned }: ManifestOptions): object {
  const labels = { app: name };
  const nodes = shape.kind === 'DaemonSet' ? onNodesOf(namespace) : {};
  return {
    apiVersion: 'apps/v1',
    kind: shape.kind,
    metadata: { name, labels: pinLabels(pinned) },
    spec: {
      ...specOf(shape, name),
      selector: { matchLabels: labels },
      // No revision is deleted from the history, so that the checker sees each one that was not needed.
      revisionHistoryLimit: 1000,
      template: { metadata: { labels }, spec: { ...PODS[name], ...nodes, terminationGracePeriodSeconds: 0 } },
    },
  };
}
