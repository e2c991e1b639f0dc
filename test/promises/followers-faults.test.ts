import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import type { WatchTimes } from '../../src/cluster/watch-pace.ts';
import { openFollowers, poll, rightsOfWatcher } from '../kit/following.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type FaultProxy, HALF_OPEN, startFaultProxy } from './fault-proxy.ts';
import { type FaultyAnswer, type HttpFaults, startHttpFaults } from './http-faults.ts';

const cluster = useCluster();
const opened = openFollowers();
let box: Sandbox;
let proxy: FaultProxy;
let faults: HttpFaults;

beforeAll(async () => {
  box = await sandbox(cluster, {}, DEPLOYMENT, true);
  await box.apply(...rightsOfWatcher(box.namespace));
  proxy = await startFaultProxy(Number(new URL(cluster.server).port));
  faults = await startHttpFaults(cluster);
});
beforeEach(() => box.apply(configMap({ a: '1' }, 'edited'), configMap({ a: '1' }, 'deleted')));
afterEach(async () => {
  await opened.close();
  await proxy.heal();
  faults.heal();
  await box.kubectl(['delete', 'configmap', 'edited', 'deleted', 'created', '--ignore-not-found']);
});
afterAll(async () => {
  await proxy?.stop();
  await faults?.stop();
});

const throughProxy = () => ({ server: `https://127.0.0.1:${proxy.port}`, ca: cluster.ca });

/** Follows the ConfigMaps of the sandbox on a way with faults. */
async function followVia(via: { server: string; ca: string }, times: Partial<WatchTimes> = {}) {
  const account = { namespace: box.namespace, name: 'watcher' };
  const calls: string[] = [];
  const client = opened.client(await cluster.kubeconfigFor(account, via), (call) => calls.push(call));
  const scope = { excluded: [], only: [box.namespace] };
  const seen = opened.sources(opened.followers(client, { scope }, times).configMaps);
  return { ...seen, calls };
}

type Seen = Awaited<ReturnType<typeof followVia>>;
const keyOf = (name: string) => `${box.namespace}/${name}`;
const versionOf = ({ objects }: Seen, name = 'edited') => objects.get(keyOf(name))?.version;

/** Edits, deletes and makes a ConfigMap each. */
async function change(): Promise<void> {
  await box.apply(configMap({ a: '2' }, 'edited'), configMap({ a: '1' }, 'created'));
  await box.kubectl(['delete', 'configmap/deleted']);
}

/** Waits until the follower has been told of what `change` does. */
async function untilTold(seen: Seen, before: string | undefined): Promise<void> {
  await poll(() => seen.objects.has(keyOf('created'))).toBe(true);
  await poll(() => seen.objects.has(keyOf('deleted'))).toBe(false);
  expect(versionOf(seen)).not.toBe(before);
}

const isWatchList = (path: string) => path.includes('sendInitialEvents');
/** As the API server sends it. (apimachinery, errors.NewResourceExpired) */
const EXPIRED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version: 1 (2)',
  reason: 'Expired',
  code: 410,
};
const UNAVAILABLE: FaultyAnswer = { status: 503 };

describe('a watch misses nothing', () => {
  test('while its connection is cut, and goes on where it was', async () => {
    const seen = await followVia(throughProxy());
    await poll(seen.synced).toBe(1);
    const before = versionOf(seen);
    await proxy.refuse();
    await change();
    await poll(() => seen.errors.length).toBeGreaterThan(1);
    expect(seen.objects.has(keyOf('deleted'))).toBe(true);
    await proxy.heal();
    await untilTold(seen, before);
    expect(seen.synced()).toBe(1);
  });

  test('on a connection that is half open: silence ends it', async () => {
    const seen = await followVia(throughProxy(), { silenceMs: 900 });
    await poll(seen.synced).toBe(1);
    const before = versionOf(seen);
    await proxy.harm('downstream', HALF_OPEN);
    await change();
    // Silence alone is no error, because nothing may have changed. That the next connection fails is one.
    await poll(() => seen.errors).toContain('the API server cannot be reached (UND_ERR_CONNECT_TIMEOUT)');
    await proxy.heal();
    await untilTold(seen, before);
  });

  test('while the API server is away for so long that it has forgotten what changed', async () => {
    const seen = await followVia(faults);
    await poll(seen.synced).toBe(1);
    const before = versionOf(seen);
    faults.answer(UNAVAILABLE);
    faults.cut();
    await change();
    await poll(() => seen.errors).toContain('the API server answered 503 to watch configmaps');
    faults.answer({ status: 410 }, 1);
    await untilTold(seen, before);
    await poll(seen.synced).toBe(2);
    expect(faults.seen.map(isWatchList)).toEqual([false, true]);
  });

  test('if the API server says that only after the watch has begun', async () => {
    const seen = await followVia(faults);
    await poll(seen.synced).toBe(1);
    const before = versionOf(seen);
    faults.answer(UNAVAILABLE);
    faults.cut();
    await change();
    await poll(() => faults.seen.length).toBeGreaterThan(0);
    faults.answer({ status: 200, body: { line: { type: 'ERROR', object: EXPIRED } } }, 1);
    await untilTold(seen, before);
    await poll(seen.synced).toBe(2);
    expect(faults.seen.map(isWatchList)).toEqual([false, true]);
  });

  test('from an API server without lists by watch', async () => {
    faults.answer({ status: 422, answers: isWatchList });
    // It sends no bookmarks if nothing changes. This one would send them, and say where all objects end.
    faults.misdirect((path) => path.replace('&allowWatchBookmarks=true', ''));
    const seen = await followVia(faults, { olderSeconds: 1 });
    await poll(seen.synced).toBe(1);
    // The next watch begins at once, with all objects again.
    const first = seen.told.slice(0, seen.told.indexOf('synced'));
    expect(first.toSorted()).toEqual(['seen deleted', 'seen edited', 'seen kube-root-ca.crt']);
    const before = versionOf(seen);
    await change();
    await untilTold(seen, before);
    expect(seen.errors).toEqual([]);
    expect(seen.calls.slice(0, 2)).toEqual(['watch configmaps 422', 'watch configmaps 200']);
  });
});

describe('a watch that is refused', () => {
  test('for too many requests begins again when the API server says', async () => {
    faults.answer({ status: 429, headers: { 'retry-after': '1' } }, 1);
    const started = performance.now();
    const seen = await followVia(faults);
    await poll(seen.synced).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(1_000);
    expect(seen.calls).toEqual(['watch configmaps 429', 'watch configmaps 200']);
    expect(seen.errors).toEqual(['the API server answered 429 to watch configmaps']);
  });

  test('because its token has expired begins again with a new one', async () => {
    faults.answer({ status: 401 }, 1);
    const seen = await followVia(faults);
    await poll(seen.synced).toBe(1);
    expect(seen.calls).toEqual(['watch configmaps 401', 'watch configmaps 200']);
    expect(seen.errors).toEqual([]);
  });

  test('by something that is no API server is told of, and begins again', async () => {
    faults.answer({ status: 200, body: 'not json' }, 1);
    const seen = await followVia(faults);
    await poll(seen.synced).toBe(1);
    expect(seen.errors).toEqual(['the watch of configmaps ended before the API server had sent all of them']);
  });
});
