import { type Api, type ApiAccess, openApi } from './api.ts';
import {
  type EventType,
  type ObjectEvent,
  objectEvent,
  type PodEvent,
  podEvent,
  type ScaledEvent,
  scaledEvent,
} from './events.ts';
import { follow, list } from './follow.ts';
import type { KubeObject } from './objects.ts';
import { State, until } from './watch-state.ts';

/** Sees every event of one resource in one namespace, in order. */
export interface Watcher<E extends ObjectEvent> {
  /** Every event since the watch began. Objects from before are only in `current`. */
  readonly events: readonly E[];
  /** The last known state of each object that exists. */
  current(): readonly E[];
  /**
   * How often events were lost because the API server no longer had them. After that, `events` holds only net
   * changes.
   */
  gaps(): number;
  /**
   * Waits until `predicate` holds for the events so far (and for the present objects).
   * @param timeoutMs default 30 s
   * @param describe names the condition in the error
   * @throws Error with a list of all events, after the timeout or if the watch failed
   */
  until(
    predicate: (events: readonly E[], current: readonly E[]) => boolean,
    timeoutMs?: number,
    describe?: string,
  ): Promise<void>;
  stop(): Promise<void>;
}

export const watchPods = (cluster: ApiAccess, namespace: string): Promise<Watcher<PodEvent>> =>
  watch(cluster, `/api/v1/namespaces/${namespace}/pods`, podEvent);

export const watchReplicaSets = (cluster: ApiAccess, namespace: string): Promise<Watcher<ScaledEvent>> =>
  watch(cluster, `/apis/apps/v1/namespaces/${namespace}/replicasets`, scaledEvent);

/** @param resource as in the API's path, for example `deployments` */
export const watchWorkloads = (
  cluster: ApiAccess,
  namespace: string,
  resource: string,
): Promise<Watcher<ScaledEvent>> =>
  watch(cluster, `/apis/apps/v1/namespaces/${namespace}/${resource}`, scaledEvent);

export const watchDeployments = (cluster: ApiAccess, namespace: string): Promise<Watcher<ScaledEvent>> =>
  watchWorkloads(cluster, namespace, 'deployments');

export const watchConfigMaps = (cluster: ApiAccess, namespace: string): Promise<Watcher<ObjectEvent>> =>
  watch(cluster, `/api/v1/namespaces/${namespace}/configmaps`, objectEvent);

/**
 * Lists a resource, then watches it from there. It misses nothing that happens after it resolves.
 * @param path of the collection, e.g. `/api/v1/namespaces/default/pods`
 * @param eventOf makes the record of an event
 */
export async function watch<E extends ObjectEvent>(
  cluster: ApiAccess,
  path: string,
  eventOf: (type: EventType, object: KubeObject) => E,
): Promise<Watcher<E>> {
  const api = openApi(cluster);
  try {
    const start = await list(api, path);
    const state = new State(eventOf);
    for (const object of start.items) state.present.set(object.metadata.uid, eventOf('ADDED', object));
    return watcher(api, path, start.metadata.resourceVersion, state);
  } catch (error) {
    await api.close();
    throw error;
  }
}

function watcher<E extends ObjectEvent>(
  api: Api,
  path: string,
  version: string,
  state: State<E>,
): Watcher<E> {
  const over = new AbortController();
  const following = follow(api, path, version, state, over.signal).catch((error: unknown) => {
    state.failure = error instanceof Error ? error : new Error(String(error));
    state.wake();
  });
  return {
    events: state.events,
    current: () => [...state.present.values()],
    gaps: () => state.gaps,
    until: (predicate, timeoutMs = 30_000, describe = 'the condition') =>
      until(state, path, predicate, timeoutMs, describe),
    stop: async () => {
      over.abort();
      await following;
      await api.close();
    },
  };
}
