import { createHash, randomUUID } from 'node:crypto';
import { IGNORE, INCLUDE } from '../../../src/marks/names.ts';
import { secretText } from '../leak-marker.ts';
import { keyName, letters, MOST_BYTES, podSpecOf, times } from './pod-spec.ts';
import type { OddMeta, SourceKind, SourceShape, WorkloadShape } from './steps.ts';

/** What an object needs to know of the namespace that it is for. */
export interface Place {
  readonly namespace: string;
  readonly namespaceUid: string;
}

/** A uid that belongs to nothing. */
export const inventedUid = (): string => randomUUID();

/** Nobody removes it. */
export const FINALIZER = 'example.com/never';

const MANAGED_FIELDS = {
  emptied: [{}],
  'odd times': [
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: '1970-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': {} },
    },
    {
      manager: 'lockstep',
      operation: 'Apply',
      apiVersion: 'v1',
      time: '2999-12-31T23:59:59Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:used': {} } },
    },
  ],
} as const;

export function metadataOf(name: string, meta: OddMeta = {}, { namespaceUid, namespace }: Place): object {
  const {
    annotationBytes = 0,
    owners,
    managedFields,
    creationTimestamp,
    finalizer,
    generateName,
    labels,
  } = meta;
  const annotations = {
    ...meta.annotations,
    ...(annotationBytes > 0 && { 'example.com/long': letters(annotationBytes) }),
  };
  return {
    ...(generateName ? { generateName: `${name.slice(0, 200)}-` } : { name }),
    ...(labels && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(managedFields && { managedFields: MANAGED_FIELDS[managedFields] }),
    ...(creationTimestamp && { creationTimestamp }),
    ...(finalizer && { finalizers: [FINALIZER] }),
    ...(owners && {
      ownerReferences: times(owners.count, (i) => ({
        apiVersion: owners.kind === 'ReplicaSet' || owners.kind === 'Deployment' ? 'apps/v1' : 'v1',
        kind: owners.kind,
        name: owners.uid === 'namespace' ? namespace : `invented-${i}`,
        uid: owners.uid === 'namespace' ? namespaceUid : inventedUid(),
      })),
    }),
  };
}

function settingsOf({ patterns, include }: WorkloadShape): Record<string, string> {
  const patternOf = (i: number) => (patterns?.matching ? `configmap/s*${i}*` : `configmap/none-*-${i}`);
  return {
    ...(patterns && { [IGNORE]: times(patterns.count, patternOf).join(' ') }),
    ...(include && { [INCLUDE]: times(include.count, (i) => `${include.kind}/included-${i}`).join(' ') }),
  };
}

export function templateOf(shape: WorkloadShape): object {
  return {
    metadata: { labels: { app: 'hostile' }, ...(shape.marks && { annotations: shape.marks }) },
    spec: podSpecOf(shape),
  };
}

export function deploymentOf(name: string, shape: WorkloadShape, place: Place): object {
  const meta = { ...shape.meta, annotations: { ...shape.meta?.annotations, ...settingsOf(shape) } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(name, meta, place),
    spec: {
      replicas: shape.replicas ?? 0,
      revisionHistoryLimit: 1,
      selector: { matchLabels: { app: shape.invalid ? 'nobody' : 'hostile' } },
      template: templateOf(shape),
    },
  };
}

const ODD_KEYS = ['__proto__', 'constructor', 'toString', '..data', 'a..b', '-', '_', '.x'];

/** Names of keys that the API server accepts: at most 253 letters, digits, `-`, `_` and `.`. */
function keysOf({ keys = 1, keyBytes = 10, oddKeys }: SourceShape): string[] {
  const usual = times(keys, (i) => keyName(i, Math.min(keyBytes, 253, MOST_BYTES / 2 / keys)));
  return ['used', ...usual.slice(1), ...(oddKeys ? ODD_KEYS : [])];
}

/** Values of Secrets begin with a text by which a leak is found. */
export function sourceOf(kind: SourceKind, name: string, shape: SourceShape, place: Place): object {
  const { binary, immutable, type, keys = 1 } = shape;
  const base64 = kind === 'secret' || binary;
  const valueBytes = Math.min(shape.valueBytes ?? 8, MOST_BYTES / 2 / keys);
  const text = (key: string) =>
    (kind === 'secret' ? secretText(key) : letters(Math.floor(valueBytes))).padEnd(
      Math.floor(valueBytes),
      'x',
    );
  const entries = keysOf(shape).map(
    (key) => [key, base64 ? Buffer.from(text(key)).toString('base64') : text(key)] as const,
  );
  // Not a literal: `__proto__` must be a key like any other.
  const data = Object.fromEntries(entries);
  return {
    apiVersion: 'v1',
    kind: kind === 'secret' ? 'Secret' : 'ConfigMap',
    metadata: metadataOf(name, shape.meta, place),
    ...(immutable !== undefined && { immutable }),
    ...(kind === 'secret' && type !== undefined && { type }),
    ...(kind === 'configmap' && binary ? { binaryData: data } : { data }),
  };
}

/** A digest in the grammar of `config-sources` that belongs to nothing. */
export const inventedDigest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
