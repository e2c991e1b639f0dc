import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, openApi } from '../lab/control-plane/api.ts';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';
import { podsIn } from '../lab/lockstep/pinned.ts';
import { type Times, tableOf, timeCall } from './measure.ts';

/**
 * What pin costs a client of the API server. It compares creates, scale-ups
 * after an edit, and pods, of Deployments with and without copies, in turns. All
 * calls go through the API server, so a ratio of 1.5 is what a user waits for.
 */
const ROUNDS = 60;
const WARM_UP = 15;

const KINDS = { unpinned: {}, pinned: { 'lockstep.dev/pin': 'enabled' } } as const;
type Kind = keyof typeof KINDS;
const NAMES: readonly Kind[] = ['unpinned', 'pinned'];

const withName = (object: object, name: string, labels: object) => ({
  ...object,
  metadata: { name, labels },
});

async function send(api: Api, path: string, method: 'POST' | 'PUT' | 'PATCH', body: object) {
  const answer = await api.open(path, { method, body });
  await answer.dump();
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
const api = openApi(cluster);
try {
  const lockstep = await setUp(cluster, folder);
  const values = { 'pin.enabled': 'true' };
  await lockstep.apply(values);
  await lockstep.start(['--pin=on', '--log-level', 'info']);
  await lockstep.register(values);
  const box = await lockstep.sandbox();
  const core = `/api/v1/namespaces/${box.namespace}`;
  const deployments = `/apis/apps/v1/namespaces/${box.namespace}/deployments`;
  await box.apply(configMap({ a: '0' }));
  for (const kind of NAMES) {
    await box.apply(withName(web({ replicas: 1 }), kind, KINDS[kind]));
    await box.untilRolledOut(kind);
  }
  const pods = await podsIn(box);
  const scaleTo = (kind: Kind, replicas: number) =>
    send(api, `${deployments}/${kind}/scale`, 'PUT', {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: kind, namespace: box.namespace },
      spec: { replicas },
    });
  const edit = (a: string) => send(api, `${core}/configmaps/app`, 'PUT', configMap({ a }));
  const create = (kind: Kind, round: number) =>
    send(api, deployments, 'POST', withName(web({ replicas: 0 }), `${kind}-${round + WARM_UP}`, KINDS[kind]));
  /** Creates a pod of the kind's first ReplicaSet, as its controller does. No controller keeps it. */
  const pod = (kind: Kind) => {
    const made = pods.find(({ replicaSet }) => replicaSet?.startsWith(`${kind}-`));
    const spec = {
      containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'app' } }] }],
    };
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', controller: true, name: made?.replicaSet };
    return send(api, `${core}/pods`, 'POST', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${kind}-`,
        annotations: made?.annotations,
        ownerReferences: [{ ...owner, uid: made?.owner }],
      },
      spec,
    });
  };

  const [creates, scales, starts, warmUp]: Times[] = Array.from({ length: 4 }, () => new Map());
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const into = (times: Times | undefined) => (round < 0 ? warmUp : times) ?? new Map();
    for (const kind of NAMES) await timeCall(into(starts), `pod, ${kind}`, () => pod(kind));
    for (const kind of NAMES) await timeCall(into(creates), `create, ${kind}`, () => create(kind, round));
    for (const kind of NAMES) {
      await scaleTo(kind, 0);
      await edit(`${kind}-${round}`);
      await timeCall(into(scales), `scale-up after an edit, ${kind}`, () => scaleTo(kind, 1));
      await box.untilRolledOut(kind);
    }
  }
  for (const times of [creates, scales, starts])
    process.stdout.write(times?.size ? `${tableOf(times)}\n` : '');
  await lockstep.program().stop();
} finally {
  await api.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
