import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';
import { type Times, tableOf, timeCall } from './measure.ts';

/**
 * Compares the time of a review with that of an empty fastify webhook in the
 * same run. The calls are sequential, each over one kept-alive connection.
 * They take turns, so that the load of the machine affects both alike.
 */
const ROUNDS = 2000;
const WARM_UP = 500;

async function startEmpty(folder: string) {
  const program = fileURLToPath(new URL('empty-webhook.ts', import.meta.url));
  const child = spawn(process.execPath, [program, join(folder, 'tls.crt'), join(folder, 'tls.key')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  return { port: Number(port), stop: () => child.kill('SIGTERM') };
}

async function post(client: Client, path: string, body: string): Promise<void> {
  const answer = await client.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.includes('"allowed":true'))
    throw new Error(`${path}: ${answer.statusCode} ${text}`);
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  await lockstep.start(['--log-level', 'info']);
  await lockstep.register();
  const box = await lockstep.sandbox();
  await box.apply(configMap({ a: '1' }), web());
  await box.untilRolledOut();
  const object: unknown = JSON.parse((await box.kubectl(['get', 'deployment', 'web', '-o', 'json'])).stdout);
  const common = { uid: 'bench', name: 'web', namespace: box.namespace, operation: 'UPDATE' };
  const scale = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
  const review = (request: object) =>
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  const template = review({ ...common, object, oldObject: object });
  const scaleUp = review({ ...common, object: scale(5), oldObject: scale(4) });

  const empty = await startEmpty(folder);
  // The certificates are of this run, for 127.0.0.1; only the API server knows their authority.
  const connect = { ca: await readFile(join(folder, 'ca.crt')), checkServerIdentity: () => undefined };
  const bare = new Client(`https://127.0.0.1:${empty.port}`, { connect });
  const ours = new Client(`https://127.0.0.1:${lockstep.port}`, { connect });
  const [times, warmUp]: [Times, Times] = [new Map(), new Map()];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const into = round < 0 ? warmUp : times;
    await timeCall(into, 'empty webhook', () => post(bare, '/', template));
    await timeCall(into, 'template, one ConfigMap, in step', () =>
      post(ours, '/admission/template', template),
    );
    await timeCall(into, 'scale-up, one ConfigMap, in step', () => post(ours, '/admission/scale', scaleUp));
  }
  process.stdout.write(tableOf(times));
  await Promise.all([bare.close(), ours.close()]);
  empty.stop();
  await lockstep.program().stop();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
