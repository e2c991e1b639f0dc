import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { type EventType, type ObjectEvent, objectEvent } from '../../lab/control-plane/events.ts';
import type { KubeObject } from '../../lab/control-plane/objects.ts';
import { type Watcher, watch } from '../../lab/control-plane/watch.ts';
import { BUILT_IN_KINDS } from '../../src/workloads/kinds.ts';
import { folderOf } from './shapes.ts';

/** The watches in a history's namespace, by resource: `pods`. */
export type Watched = ReadonlyMap<string, Watcher<ObjectEvent>>;

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;
const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`;

/** What is watched in a namespace: its path by its resource. */
export function watchedPaths(namespace: string): ReadonlyMap<string, string> {
  return new Map([
    ['configmaps', `${core(namespace)}/configmaps`],
    ['pods', `${core(namespace)}/pods`],
    ['replicasets', `${apps(namespace)}/replicasets`],
    ['jobs', `/apis/batch/v1/namespaces/${namespace}/jobs`],
    ['controllerrevisions', `${apps(namespace)}/controllerrevisions`],
    ...BUILT_IN_KINDS.map((row) => [row.resource, folderOf(namespace, row)] as const),
  ]);
}

/**
 * The first event of a pod tells its references. Of the other events, which are many, it keeps only the
 * metadata, the phase and the time of its start.
 */
function podEvent(type: EventType, { metadata, status, ...rest }: KubeObject): ObjectEvent {
  const { phase, startTime } = { startTime: undefined, ...status };
  const seen = { metadata, ...(phase !== undefined && { status: { phase, startTime } }) };
  return objectEvent(type, type === 'ADDED' ? { ...seen, ...rest } : seen);
}

/** Watches everything in a namespace that a history is made of. */
export async function watchAll(cluster: ClusterClient, namespace: string): Promise<Watched> {
  const watching = [...watchedPaths(namespace)].map(async ([resource, path]) => {
    return [resource, await watch(cluster, path, resource === 'pods' ? podEvent : objectEvent)] as const;
  });
  return new Map(await Promise.all(watching));
}

/** The events of these resources so far. */
export const eventsOf = (watched: Watched, resources: readonly string[]): readonly ObjectEvent[] =>
  resources.flatMap((resource) => watched.get(resource)?.events ?? []);

/** The last known state of each object of a resource. */
export const currentOf = (watched: Watched, resource: string): readonly ObjectEvent[] =>
  watched.get(resource)?.current() ?? [];
