import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { startCluster } from '../test/cluster/cluster.ts';
import { setUp } from '../test/e2e/lockstep.ts';
import { configMap, web } from '../test/e2e/manifests.ts';

/**
 * The time of a review, beside that of an empty fastify webhook in the same run: sequential calls over one kept-alive
 * connection each, taking turns so that the machine's moods meet both alike.
 */
const ROUNDS = 2000;
const WARM_UP = 500;

const percentile = (times: readonly number[], p: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * p)] ?? 0;

async function startEmpty(folder: string) {
  const program = fileURLToPath(new URL('empty-webhook.ts', import.meta.url));
  const child = spawn(process.execPath, [program, join(folder, 'tls.crt'), join(folder, 'tls.key')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  return { port: Number(port), stop: () => child.kill('SIGTERM') };
}

async function post(client: Client, path: string, body: string): Promise<number> {
  const started = performance.now();
  const answer = await client.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.includes('"allowed":true'))
    throw new Error(`${path}: ${answer.statusCode} ${text}`);
  return performance.now() - started;
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
  await box.rolledOut();
  const object: unknown = JSON.parse((await box.kubectl(['get', 'deployment', 'web', '-o', 'json'])).stdout);
  const common = { uid: 'bench', name: 'web', namespace: box.namespace, operation: 'UPDATE' };
  const scale = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
  const review = (request: object) =>
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  const template = review({ ...common, object, oldObject: object });
  const scaleUp = review({ ...common, object: scale(5), oldObject: scale(4) });

  const empty = await startEmpty(folder);
  // The certificates of this very run, for 127.0.0.1; their authority is known to the API server only.
  const connect = { ca: await readFile(join(folder, 'ca.crt')), checkServerIdentity: () => undefined };
  const bare = new Client(`https://127.0.0.1:${empty.port}`, { connect });
  const ours = new Client(`https://127.0.0.1:${lockstep.port}`, { connect });
  const times = {
    'empty webhook': [] as number[],
    'template, one ConfigMap, in step': [] as number[],
    'scale-up, one ConfigMap, in step': [] as number[],
  };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const one = await post(bare, '/', template);
    const two = await post(ours, '/admission/template', template);
    const three = await post(ours, '/admission/scale', scaleUp);
    if (round < 0) continue;
    times['empty webhook'].push(one);
    times['template, one ConfigMap, in step'].push(two);
    times['scale-up, one ConfigMap, in step'].push(three);
  }
  const base = percentile(times['empty webhook'], 0.5);
  for (const [name, all] of Object.entries(times)) {
    const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
    process.stdout.write(
      `${name.padEnd(36)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  p50 ratio ${(p50 / base).toFixed(1)}\n`,
    );
  }
  await Promise.all([bare.close(), ours.close()]);
  empty.stop();
  await lockstep.program().stop();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
