import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { type FollowersConfig, followers } from '../../src/cluster/followers.ts';
import { WATCH_TIMES, type WatchTimes } from '../../src/cluster/watch-pace.ts';
import type { Follow, SourceVersion } from '../../src/controller/ports.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { ROLLOUT } from '../../src/workloads/rollout.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { type Following, follow } from '../kit/following.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
/** The waits between tries are short, so that tests see many. */
const TIMES: WatchTimes = { ...WATCH_TIMES, firstMs: 20, mostMs: 200, slowMs: 100 };

let box: Sandbox;
let watcher: string;
const following: Following<unknown>[] = [];
const clients: ApiClient[] = [];

/** An account that may watch what followers watch, and may list nothing. It may read Secrets. */
function rights(namespace: string): readonly object[] {
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

beforeAll(async () => {
  box = await sandbox(cluster);
  await box.apply(...rights(box.namespace));
  watcher = await cluster.kubeconfigFor({ namespace: box.namespace, name: 'watcher' });
});
afterEach(async () => {
  await Promise.all(following.splice(0).map((each) => each.stop()));
  await Promise.all(clients.splice(0).map((each) => each.close()));
});

/** Followers of the sandbox, with the right to watch in it, and to read its Secrets. */
function open(config: Partial<FollowersConfig> = {}, kubeconfig = watcher, times = TIMES) {
  const client = apiClient(credentialSource(loadKubeConfig(kubeconfig, {})), {
    observeApiCall: () => undefined,
  });
  clients.push(client);
  const scope = { excluded: [], only: [box.namespace] };
  const all = { scope, kinds: [DEPLOYMENT, ROLLOUT], secrets: undefined, everyMs: 100, ...config };
  return followers(client, all, times);
}

const started = <T>(each: Following<T>): Following<T> => {
  following.push(each);
  return each;
};
const sources = (of: Follow<SourceVersion>) => started(follow(of, (each) => each));
const workloads = (of: Follow<Workload>) =>
  started(follow(of, ({ namespace, metadata }) => ({ namespace, name: metadata.name ?? '' })));

const keyOf = (name: string) => `${box.namespace}/${name}`;
const poll = (read: () => unknown) => expect.poll(read, { interval: 20 });

describe('the followers of the controller', () => {
  test('see all ConfigMaps, then each change and deletion, with the right to watch alone', async () => {
    await box.apply(configMap({ a: '1' }, 'first'), configMap({ a: '1' }, 'second'));
    const seen = sources(open().configMaps);
    await poll(seen.synced).toBe(1);
    expect(seen.told.at(-1)).toBe('synced');
    const before = seen.objects.get(keyOf('first'));
    expect(Object.keys(before ?? {}).toSorted()).toEqual(['kind', 'name', 'namespace', 'version']);
    expect(seen.objects.has(keyOf('second'))).toBe(true);

    await box.editConfig({ a: '2' }, 'first');
    await poll(() => seen.objects.get(keyOf('first'))?.version).not.toBe(before?.version);
    await box.kubectl(['delete', 'configmap/second']);
    await poll(() => seen.objects.has(keyOf('second'))).toBe(false);
    expect(seen.errors).toEqual([]);
  });

  test('see workloads whole', async () => {
    await box.apply(configMap({ a: '1' }), web());
    const seen = workloads(open().workloads(DEPLOYMENT));
    await poll(seen.synced).toBe(1);
    expect(seen.objects.get(keyOf('web'))?.template).toMatchObject({
      spec: { containers: [{ name: 'web' }] },
    });
  });

  test('find no workloads of a kind that is not installed', async () => {
    const seen = workloads(open().workloads(ROLLOUT));
    await poll(seen.synced).toBe(1);
    expect(seen.objects.size).toBe(0);
    expect(seen.errors).toEqual([]);
  });

  test('read the Secrets that are referred to, and tell when one comes, changes and goes', async () => {
    await box.apply(secret({ a: '1' }, 'here'));
    const referred = () => ['here', 'later', 'No name'].map((name) => ({ namespace: box.namespace, name }));
    const follows = open({ secrets: 'poll' }).secrets?.(referred);
    const seen = sources(follows ?? expect.unreachable());
    await poll(seen.synced).toBeGreaterThan(2);
    expect(seen.told.filter((each) => each !== 'synced').toSorted()).toEqual([
      'gone No name',
      'gone later',
      'seen here',
    ]);
    const before = seen.objects.get(keyOf('here'))?.version;
    await box.apply(secret({ a: '2' }, 'here'), secret({ a: '1' }, 'later'));
    await poll(() => seen.objects.get(keyOf('here'))?.version).not.toBe(before);
    await poll(() => seen.objects.has(keyOf('later'))).toBe(true);
    await box.kubectl(['delete', 'secret/later']);
    await poll(() => seen.objects.has(keyOf('later'))).toBe(false);
    expect(seen.errors).toEqual([]);
  });
});
