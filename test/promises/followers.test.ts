import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { CONNECTIONS } from '../../src/api/dispatcher.ts';
import type { FollowersConfig } from '../../src/cluster/followers.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { ROLLOUT } from '../../src/workloads/rollout.ts';
import { openFollowers, poll, rightsOfWatcher } from '../kit/following.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
const opened = openFollowers();
const { sources, workloads } = opened;
const ROLLOUTS = 'rollouts.argoproj.io';
/** The kind, with a schema that takes anything. */
const LOOSE_ROLLOUTS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: ROLLOUTS },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { plural: 'rollouts', singular: 'rollout', kind: 'Rollout' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

let box: Sandbox;
let watcher: string;

beforeAll(async () => {
  box = await sandbox(cluster);
  await box.apply(...rightsOfWatcher(box.namespace));
  watcher = await cluster.kubeconfigFor({ namespace: box.namespace, name: 'watcher' });
});
afterEach(opened.close);

/** Followers of the sandbox, with the right to watch in it, and to read its Secrets. */
const open = (config: Partial<FollowersConfig> = {}, kubeconfig = watcher) =>
  opened.followers(opened.client(kubeconfig), { scope: { excluded: [], only: [box.namespace] }, ...config });

const keyOf = (name: string) => `${box.namespace}/${name}`;

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

  test('find workloads of a kind as soon as it is installed, and none after it is removed', async () => {
    const seen = workloads(open().workloads(ROLLOUT));
    await poll(seen.synced).toBe(1);
    expect(seen.objects.size).toBe(0);
    expect(seen.errors).toEqual([]);

    await cluster.kubectlOk(['apply', '-f', '-'], { input: JSON.stringify(LOOSE_ROLLOUTS) });
    await cluster.kubectlOk(['wait', '--for=condition=Established', `crd/${ROLLOUTS}`]);
    const rollout = (name: string, spec: object) => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name },
      spec,
    });
    await box.apply(rollout('odd', { replicas: 'two' }), rollout('web', { replicas: 2 }));
    await poll(() => seen.objects.get(keyOf('web'))?.replicas).toBe(2);
    await poll(() => seen.errors).toContain(
      'the API server sent a Rollout with an unexpected /spec/replicas',
    );
    expect(seen.objects.has(keyOf('odd'))).toBe(false);
    // It is told on the same watch as before.
    const errors = seen.errors.length;
    await box.apply(rollout('web', { replicas: 3 }));
    await poll(() => seen.objects.get(keyOf('web'))?.replicas).toBe(3);
    expect(seen.errors).toHaveLength(errors);

    await cluster.kubectlOk(['delete', `crd/${ROLLOUTS}`]);
    await poll(() => seen.objects.size).toBe(0);
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

  test('see metadata of Secrets by a watch, where that is wanted', async () => {
    await box.apply(secret({ a: '1' }, 'watched'));
    const follows = open({ secrets: 'watch' }).secrets?.(() => []);
    const seen = sources(follows ?? expect.unreachable());
    await poll(seen.synced).toBe(1);
    expect(Object.keys(seen.objects.get(keyOf('watched')) ?? {})).toHaveLength(4);
  });

  test('leave out excluded namespaces, and kinds that are off', async () => {
    const everywhere = { excluded: ['kube-system'], only: [] };
    const { configMaps, workloads: each } = open({ scope: everywhere, kinds: [] }, cluster.kubeconfig);
    const seen = sources(configMaps);
    await poll(seen.synced).toBe(1);
    const namespaces = new Set([...seen.objects.values()].map(({ namespace }) => namespace));
    expect(namespaces).toContain('default');
    expect(namespaces).not.toContain('kube-system');

    await box.apply(web());
    const none = workloads(each(DEPLOYMENT));
    await poll(none.synced).toBe(1);
    expect(none.objects.size).toBe(0);
  });

  test('never keep a call waiting, however many they are', async () => {
    const only = Array.from({ length: CONNECTIONS + 1 }, (_, index) => `none-${index}`);
    const calls: string[] = [];
    const client = opened.client(cluster.kubeconfig, (outcome) => calls.push(outcome));
    const seen = sources(opened.followers(client, { scope: { excluded: [], only } }).configMaps);
    await poll(seen.synced).toBe(1);
    expect(calls).toEqual(only.map(() => 'watch configmaps 200'));
    const path = `/api/v1/namespaces/${box.namespace}`;
    const signal = AbortSignal.timeout(5_000);
    const answer = await client.request({ verb: 'get', resource: 'namespaces', path, signal });
    expect(answer.kind).toBe('found');
  });

  test('tell that a right is missing, and see everything once it is there', async () => {
    const account = `${box.namespace}:stranger`;
    await box.kubectl(['create', 'serviceaccount', 'stranger']);
    const stranger = await cluster.kubeconfigFor({ namespace: box.namespace, name: 'stranger' });
    const each = open({ secrets: 'poll' }, stranger);
    const referred = ['one', 'two'].map((name) => ({ namespace: box.namespace, name }));
    const secrets = sources(each.secrets?.(() => referred) ?? expect.unreachable());
    const seen = sources(each.configMaps);
    const refused = (call: string) => `the API server answered 403 to ${call}: lockstep lacks that right`;
    await poll(() => seen.errors).toContain(refused('watch configmaps'));
    await poll(() => secrets.errors).toContain(refused('get secrets'));
    expect([...seen.told, ...secrets.told]).toEqual([]);

    await box.kubectl(['create', 'rolebinding', 'stranger', '--role=watcher', `--serviceaccount=${account}`]);
    await poll(seen.synced).toBe(1);
    await poll(secrets.synced).toBeGreaterThan(0);
    expect(secrets.told.slice(0, 2).toSorted()).toEqual(['gone one', 'gone two']);
  });
});
