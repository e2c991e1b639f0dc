import { PIN_LABEL } from '../../src/marks/names.ts';
import type { Source, WorkloadName } from './operations.ts';
import type { Shape } from './shapes.ts';

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

const PODS: Readonly<Record<WorkloadName, object>> = {
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

/** What a kind's spec has beside the template. */
function specOf(shape: Shape, name: WorkloadName): object {
  const replicas = name === 'web' ? 3 : 1;
  switch (shape.kind) {
    case 'Deployment':
      return { replicas };
    default:
      return shape.kind satisfies never;
  }
}

/**
 * A workload that uses all of `app`, which is required, and the key `used` of `more`, which is optional.
 */
export function workloadManifest(name: WorkloadName, shape: Shape, pinned: boolean): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: shape.kind,
    metadata: { name, labels: pinLabels(pinned) },
    spec: {
      ...specOf(shape, name),
      selector: { matchLabels: labels },
      // No revision is deleted from the history, so that the checker sees each one that was not needed.
      revisionHistoryLimit: 1000,
      template: { metadata: { labels }, spec: { ...PODS[name], terminationGracePeriodSeconds: 0 } },
    },
  };
}
