import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from 'undici';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, secret, web } from '../lab/lockstep/manifests.ts';
import { configState, v1 } from '../src/digest/format.ts';
import { plainDigestV1 } from '../src/digest/source.ts';
import { CONFIG_HASH, CONFIG_SOURCES } from '../src/marks/names.ts';
import { sourceId } from '../src/references/sources.ts';
import { create, inLanes } from './large-cluster.ts';
import { percentile } from './measure.ts';
import { memoryOf, processorMs } from './process-cost.ts';
import { writeResults } from './results.ts';
import { connectTo, post, updateOf } from './reviews.ts';
import { startShipped } from './shipped.ts';

/**
 * How lockstep grows with a cluster: time and memory with 10 to 10,000 ConfigMaps, as many Secrets, and as many
 * workloads that call. Then memory after 100,000 reviews.
 */
const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '10000' },
    reviews: { type: 'string', default: '100000' },
    out: { type: 'string' },
  },
});
const [MOST, REVIEWS] = [Number(values.most), Number(values.reviews)];
const TIMED = 400;
const CONNECTIONS = 16;

interface Point {
  readonly sources: number;
  /** In milliseconds, over one connection. */
  readonly p50: number;
  readonly p99: number;
  /** In MiB. */
  readonly resident: number;
  readonly own: number;
}

const nameOf = (i: number) => `source-${i}`;
const DATA = { a: 'x'.repeat(1_000) };

/** What lockstep records of a workload that takes its environment from this ConfigMap. */
function marksOf(source: string): Readonly<Record<string, string>> {
  const usage = {
    kind: 'configmap',
    name: source,
    data: 'all',
    binaryData: [],
    except: [],
    required: true,
  } as const;
  const digest = plainDigestV1(usage, { data: DATA, binaryData: {} });
  const { hash, sources } = configState(new Map([[sourceId(usage), digest]]), v1());
  return { [CONFIG_HASH]: hash, [CONFIG_SOURCES]: JSON.stringify(sources) };
}

/** The review of an update of a workload that is in step. */
function bodyOf(namespace: string, i: number): string {
  const envFrom = [{ configMapRef: { name: nameOf(i) } }];
  const object = Object(
    web({ name: `web-${i}`, podSpec: { containers: [{ name: 'web', image: 'web:1', envFrom }] } }),
  );
  object.spec.template.metadata.annotations = marksOf(nameOf(i));
  return updateOf(namespace, `web-${i}`, object);
}

/** Sends a review. @throws Error if its workload is not in step */
async function review(client: Client, body = ''): Promise<void> {
  const answer = await post(client, '/admission/template', body);
  if (!answer.includes('"in-step"')) throw new Error(`not in step: ${answer}`);
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  const started = performance.now();
  const program = await startShipped(lockstep);
  const ready = performance.now() - started;
  const { namespace } = await lockstep.sandbox();
  const ca = await readFile(join(folder, 'ca.crt'), 'utf8');
  const connect = () => connectTo(`https://127.0.0.1:${lockstep.port}`, ca);
  const client = connect();
  const atRest = await memoryOf(program.pid);

  const bodies: string[] = [];
  const points: Point[] = [];
  for (let sources = 10; sources <= MOST; sources *= 10) {
    const before = bodies.length;
    await inLanes(sources - before, async (at) => {
      const i = before + at;
      const path = `/api/v1/namespaces/${namespace}`;
      await create(cluster.api, `${path}/configmaps`, configMap(DATA, nameOf(i)));
      await create(cluster.api, `${path}/secrets`, secret(DATA, nameOf(i)));
      bodies[i] = bodyOf(namespace, i);
    });
    // Every workload calls once, so that lockstep has seen them all.
    await inLanes(sources, (i) => review(client, bodies[i]));
    const times: number[] = [];
    for (let i = 0; i < TIMED; i += 1) {
      const body = bodies[Math.floor(Math.random() * sources)];
      const at = performance.now();
      await review(client, body);
      times.push(performance.now() - at);
    }
    const { resident, own } = await memoryOf(program.pid);
    points.push({ sources, p50: percentile(times, 0.5), p99: percentile(times, 0.99), resident, own });
    process.stdout.write(`${JSON.stringify(points.at(-1))}\n`);
  }

  const clients = Array.from({ length: CONNECTIONS }, connect);
  const busyBefore = await processorMs(program.pid);
  let next = 0;
  await Promise.all(
    clients.map(async (each) => {
      while (next < REVIEWS) await review(each, bodies[next++ % bodies.length]);
      await each.close();
    }),
  );
  const perThousand = (1_000 * ((await processorMs(program.pid)) - busyBefore)) / REVIEWS;
  const after = await memoryOf(program.pid);
  const rest = { ready, atRest, reviews: REVIEWS, processorMsPerThousand: perThousand, after };
  process.stdout.write(`${JSON.stringify(rest)}\n`);
  await client.close();
  await writeResults(values.out, { growth: points, ...rest });
  await program.stop();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
