import { expect } from 'vitest';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { type FollowersConfig, followers } from '../../src/cluster/followers.ts';
import { WATCH_TIMES, type WatchTimes } from '../../src/cluster/watch-pace.ts';
import type { Follow, Place, SourceVersion } from '../../src/controller/ports.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import type { Workload } from '../../src/workloads/workload.ts';

/** What a follower has been told. */
export interface Following<T> {
  /** The objects that exist, by `namespace/name`. */
  readonly objects: ReadonlyMap<string, T>;
  /** All that was told, as `seen a`, `gone a`, `synced`. */
  readonly told: string[];
  readonly errors: string[];
  readonly synced: () => number;
  /** Ends it, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Follows objects until it is stopped. */
function follow<T>(follows: Follow<T>, placeOf: (object: T) => Place): Following<T> {
  const [objects, told, errors]: [Map<string, T>, string[], string[]] = [new Map(), [], []];
  const ended = new AbortController();
  const keyOf = ({ namespace, name }: Place) => `${namespace}/${name}`;
  const running = follows(
    {
      onSeen(object) {
        const place = placeOf(object);
        objects.set(keyOf(place), object);
        told.push(`seen ${place.name}`);
      },
      onGone(place) {
        objects.delete(keyOf(place));
        told.push(`gone ${place.name}`);
      },
      onSynced: () => void told.push('synced'),
      onError: (error) => void errors.push(error instanceof Error ? error.message : String(error)),
    },
    ended.signal,
  );
  return {
    objects,
    told,
    errors,
    synced: () => told.filter((each) => each === 'synced').length,
    async stop() {
      ended.abort();
      await running;
    },
  };
}

/** Looks often, because what followers are told changes fast. */
export const poll = (read: () => unknown) => expect.poll(read, { interval: 20 });

/** The waits between tries are short, so that tests see many. */
const TIMES: WatchTimes = { ...WATCH_TIMES, firstMs: 20, mostMs: 200, slowMs: 100 };

/** Followers, and what they have been told. */
export function openFollowers() {
  const clients: ApiClient[] = [];
  const following: Pick<Following<unknown>, 'stop'>[] = [];
  const started = <T>(each: Following<T>): Following<T> => {
    following.push(each);
    return each;
  };
  return {
    /** @param onCall told of each call, as `get secrets 200` */
    client(kubeconfig: string, onCall: (call: string) => void = () => undefined): ApiClient {
      const metrics = {
        observeApiCall: ({ verb, resource, outcome }: Record<'verb' | 'resource' | 'outcome', string>) =>
          onCall(`${verb} ${resource} ${outcome}`),
      };
      const client = apiClient(credentialSource(loadKubeConfig(kubeconfig, {})), metrics);
      clients.push(client);
      return client;
    },
    followers(
      client: ApiClient,
      config: Pick<FollowersConfig, 'scope'> & Partial<FollowersConfig>,
      times: Partial<WatchTimes> = {},
    ) {
      const all = { kinds: WORKLOAD_KINDS, secrets: undefined, everyMs: 100, ...config };
      return followers(client, all, { ...TIMES, ...times });
    },
    sources: (of: Follow<SourceVersion>) => started(follow(of, (each) => each)),
    workloads: (of: Follow<Workload>) =>
      started(follow(of, ({ namespace, metadata }) => ({ namespace, name: metadata.name ?? '' }))),
    async close() {
      await Promise.all(following.splice(0).map((each) => each.stop()));
      await Promise.all(clients.splice(0).map((each) => each.close()));
    },
  };
}

/** An account that may watch what followers watch, and may list nothing. It may read Secrets. */
export function rightsOfWatcher(namespace: string): readonly object[] {
  const metadata = { name: 'watcher' };
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', ...metadata };
  const watched: readonly (readonly [string, readonly string[]])[] = [
    ['', ['configmaps', 'secrets']],
    ['apps', ['deployments']],
    ['argoproj.io', ['rollouts']],
  ];
  const rules = [
    ...watched.map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ['watch'] })),
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
  ];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion, kind: 'Role', metadata, rules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata,
      roleRef: role,
      subjects: [{ kind: 'ServiceAccount', ...metadata, namespace }],
    },
  ];
}
