import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, ApiError, openApi } from '../../lab/control-plane/api.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { useReplicas } from '../kit/use-replicas.ts';
import { copyLives, watchCopies } from './copy-lives.ts';

const EDITS = 200;
/** The number of workloads that are edited side by side. */
const SHOPS = 5;
/**
 * The first of these have a pod. The ReplicaSets of the others never create one, and own their copies
 * nevertheless.
 */
const WITH_PODS = 2;
/** The edit at which a replica is killed, and the replica. They differ in each run. */
const KILL = { at: 20 + Math.floor(Math.random() * 160), replica: Math.floor(Math.random() * 2) };
const GRACE_MS = 2_000;
/**
 * Another replica may have to take over first, which takes 20 s. The rest is for the garbage collector and a
 * busy machine.
 */
const SLACK_MS = 40_000;

const VALUES = { 'pin.enabled': 'true', 'webhook.timeoutSeconds': '20' };
const FLAGS = ['--pin=on', `--pin-grace=${GRACE_MS}ms`, '--lease=lockstep/lockstep'];

const installed = useReplicas({ values: VALUES, program: { flags: FLAGS } });
let api: Api;
beforeAll(() => {
  api = openApi(useCluster());
});
afterAll(() => api?.close());

async function call(method: 'PUT' | 'POST', path: string, body: object): Promise<void> {
  const answer = await api.open(path, { method, body });
  await answer.dump();
}

/** A Deployment of this name. It takes its environment from a ConfigMap of the same name. */
const shop = (name: string, round: number, replicas: number, spec: object = {}) => ({
  ...web({
    replicas,
    podSpec: {
      containers: [
        { name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: name.replace('bad-', '') } }] },
      ],
    },
    spec: { revisionHistoryLimit: 2, ...spec },
  }),
  metadata: { name, labels: PIN, annotations: { round: String(round) } },
});

test('after 200 edits, only copies that ReplicaSets and their history need are left, and none of them was deleted before', async () => {
  const { lockstep, replicas } = installed();
  const box = await lockstep.sandbox();
  const core = `/api/v1/namespaces/${box.namespace}/configmaps`;
  const deployments = `/apis/apps/v1/namespaces/${box.namespace}/deployments`;
  const watched = await watchCopies(useCluster(), box.namespace);
  let edits = 0;

  /** A call that is refused after lockstep has made a copy for it. */
  async function refused(name: string, round: number): Promise<void> {
    await call('PUT', `${core}/${name}`, configMap({ a: `refused ${round}` }, name));
    const bad = shop(`bad-${name}`, round, 0, { selector: { matchLabels: { no: 'pod' } } });
    await expect(call('POST', deployments, bad)).rejects.toThrow(ApiError);
  }

  async function keepShop(name: string, index: number): Promise<void> {
    const wanted = index < WITH_PODS ? 1 : 0;
    await call('POST', core, configMap({ a: '0' }, name));
    await call('POST', deployments, shop(name, 0, wanted));
    for (let round = 1; round <= EDITS / SHOPS; round += 1) {
      if (round % 10 === 0) await refused(name, round);
      await call('PUT', `${core}/${name}`, configMap({ a: String(round) }, name));
      await call('PUT', `${deployments}/${name}`, shop(name, round, wanted));
      edits += 1;
      if (edits === KILL.at) replicas.kill(KILL.replica);
    }
    await box.untilRolledOut(name);
  }

  const names = Array.from({ length: SHOPS }, (_, i) => `shop-${i}`);
  await Promise.all(names.map(keepShop));
  await replicas.whole();
  const lives = () => copyLives(watched.copies(), watched.namers(), Date.now());
  // The history is cut after a rollout is complete. The sweep and the garbage collector come after that.
  await eventually(() => isDeepStrictEqual(lives().left, lives().needed), {
    what: 'as many copies as are needed',
    timeoutMs: SLACK_MS,
  });
  await watched.stop();

  const { made, missed, longestUnneededMs, left, needed } = lives();
  expect(watched.gaps()).toBe(0);
  expect(missed).toEqual([]);
  expect(longestUnneededMs).toBeLessThan(GRACE_MS + SLACK_MS);
  expect(left).toEqual(needed);
  expect(made).toBeGreaterThan(EDITS / 2);
  // The present ReplicaSet and two of history.
  expect(left.length).toBeLessThanOrEqual(3 * SHOPS);
}, 240_000);
