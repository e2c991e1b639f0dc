import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { ApiError } from '../../lab/control-plane/api.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { LOCKSTEP_USER } from '../../lab/lockstep/policies.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { copyName } from '../../src/copies/name.ts';
import { COPY_LABEL, COPY_OF } from '../../src/marks/names.ts';
import { namespaceOf, SHORT } from './unowned-copies.ts';

/** A write, by its path in the API. */
export interface Act {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Default: a merge patch, if it is a patch. */
  readonly contentType?: string;
}

/**
 * Does something as another user, whom no role stops.
 * @returns what the API server says when it refuses; empty if it does not
 */
export async function attempt(
  { api }: ClusterClient,
  as: string,
  { method, path, body, contentType: given }: Act,
): Promise<string> {
  const contentType = given ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  try {
    await (await api.open(path, { method, body, contentType, as })).dump();
    return '';
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return error.message;
    throw error;
  }
}

export const NAME = copyName('app', SHORT);

/** A copy of the ConfigMap `app`, as lockstep makes it. */
export const copy = (metadata: object = {}, changed: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  immutable: true,
  metadata: {
    name: NAME,
    labels: { [COPY_LABEL]: 'true', 'app.kubernetes.io/managed-by': 'lockstep' },
    annotations: {
      [COPY_OF]: JSON.stringify({
        source: 'configmap/app',
        digest: SHORT.repeat(4),
        data: ['a'],
        binaryData: [],
      }),
    },
    ...metadata,
  },
  data: { a: '1' },
  ...changed,
});

/** The same for a Secret `db`. A token of a ServiceAccount needs an annotation that names the account. */
export const secretCopy = (type: string, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  immutable: true,
  type,
  metadata: {
    ...copy().metadata,
    name: copyName('db', `01234567-${SHORT}`),
    annotations: { [COPY_OF]: '{"source":"secret/db"}', ...annotations },
  },
});

/** The Deployment `web`, as an owner. */
export async function deploymentOf(box: Sandbox) {
  const uid = Reflect.get(
    Object(Reflect.get(Object(await box.read('deployments', 'web')), 'metadata')),
    'uid',
  );
  return { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: String(uid) };
}

export const metadata = (body: object) => ({ metadata: body });
export const template = (body: object) => ({ spec: { template: body } });
export const create = (path: string, body: object): Act => ({ method: 'POST', path, body });
export const remove = (path: string, body?: object): Act => ({
  method: 'DELETE',
  path,
  ...(body && { body }),
});
export const patch = (path: string, body: object): Act => ({ method: 'PATCH', path, body });

/** An owner that does not exist. */
export const OTHER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'uid-3' };

/**
 * A namespace with a Deployment `web`, and before each test a copy that the namespace and the Deployment own.
 * lockstep is not called for this namespace, so that only the policies answer.
 */
export function useActs(lockstep: () => Lockstep) {
  let box: Sandbox;
  let owners: readonly object[];
  const as = (user: string) => (act: Act) => attempt(lockstep().cluster, user, act);
  const asLockstep = as(LOCKSTEP_USER);
  // Tools that restore backups are exempt, see lab/lockstep/lockstep.ts.
  const asAdmin = as('admin');
  const paths = () => pathsOf(box.namespace);
  beforeAll(async () => {
    box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
    await box.apply(...WORKLOADS.map(({ object }) => object));
    owners = [await namespaceOf(box), await deploymentOf(box)];
  });
  beforeEach(async () => {
    expect(await asLockstep(create(paths().configMaps, copy({ ownerReferences: owners })))).toBe('');
  });
  afterEach(async () => {
    await lockstep().cluster.kubectl(['-n', box.namespace, 'delete', 'configmap', NAME]);
  });
  return {
    box: () => box,
    owners: () => owners,
    paths,
    /** The path of the copy. */
    path: () => `${paths().configMaps}/${NAME}`,
    asLockstep,
    asAdmin,
    asSomebody: as('somebody'),
  };
}

/** A workload `web` of each kind that lockstep patches. */
export const WORKLOADS = [
  { kind: 'Deployment', resource: 'deployments' },
  { kind: 'StatefulSet', resource: 'statefulsets' },
  { kind: 'DaemonSet', resource: 'daemonsets' },
].map(({ kind, resource }) => {
  const { replicas: _, ...spec } = { replicas: 0, ...Object(Reflect.get(web(), 'spec')) };
  const size = kind === 'DaemonSet' ? {} : { replicas: 0 };
  return { kind, resource, object: { ...web(), kind, spec: { ...spec, ...size } } };
});

/** The paths of a namespace. */
export const pathsOf = (namespace: string) => ({
  workloads: `/apis/apps/v1/namespaces/${namespace}`,
  configMaps: `/api/v1/namespaces/${namespace}/configmaps`,
  secrets: `/api/v1/namespaces/${namespace}/secrets`,
  deployments: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  coreEvents: `/api/v1/namespaces/${namespace}/events`,
  events: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
});

/** A Deployment with many annotations, on itself and on its template, or with many containers. */
export function heavyWeb(name: string, keys: number, value: string, containers = 1): object {
  const annotations = Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, value]));
  const env = Array.from({ length: 20 }, (_, i) => ({ name: `E${i}`, value: 'x'.repeat(20) }));
  const all = Array.from({ length: containers }, (_, i) => ({ name: `c${i}`, image: 'web:1', env }));
  const template = {
    metadata: { labels: { app: 'web' }, annotations },
    spec: { containers: all, terminationGracePeriodSeconds: 0 },
  };
  return { ...web({ replicas: 0, spec: { template } }), metadata: { name, annotations } };
}
