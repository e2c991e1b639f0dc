import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Api, openApi } from '../lab/control-plane/api.ts';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { eventually } from '../lab/control-plane/eventually.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import type { Program } from '../lab/lockstep/program.ts';
import { fill, namespaceOf as namespaceAmong } from './large-cluster.ts';
import { type Times, tableOf, timeCall } from './measure.ts';

/**
 * What it costs to follow edits in a large cluster: 10,000 ConfigMaps and 5,000 Deployments, all of these in one
 * namespace, or in 500. It prints the memory of the leader without and with `--edit on`, the time from an edit to the
 * write of the Deployment, the calls that this takes, and what it would take to list the workloads instead.
 */
const SCALE = Number(process.argv[3] ?? 1);
const WORKLOADS = 5_000 * SCALE;
const ROUNDS = 40;
const NAMESPACES = Number(process.argv[2] ?? 1);
const namespaceOf = (i: number) => namespaceAmong(NAMESPACES, i);

const MIB = 1024 * 1024;

/** In MiB. The heap is what is kept; the rest is for the runtime to give back. */
async function memoryOf(program: Program): Promise<string> {
  const resident = await program.total('process_resident_memory_bytes');
  const heap = await program.total('nodejs_heap_size_used_bytes');
  return `resident ${(resident / MIB).toFixed(0)} MiB, heap ${(heap / MIB).toFixed(0)} MiB`;
}

/** Reads all workloads of a namespace, as somebody would who keeps no index. */
async function listAll(api: Api, namespace: string): Promise<void> {
  let token = '';
  do {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments?limit=500&continue=${token}`;
    const page = (await api.get(path)) as { metadata: { continue?: string } };
    token = encodeURIComponent(page.metadata.continue ?? '');
  } while (token !== '');
}

const callsOf = async (program: Program): Promise<number> =>
  program.metric('lockstep_api_requests_total', {});

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
const api = openApi(cluster);
try {
  const lockstep = await setUp(cluster, folder);
  const values = { 'edit.enabled': 'true' };
  await lockstep.apply(values);
  // The rights stay. The writes of the leader are what is looked at.
  await lockstep.unregister();
  await fill(api, { workloads: WORKLOADS, sources: 2 * WORKLOADS, namespaces: NAMESPACES });
  await lockstep.start(['--log-level', 'info']);
  console.log(`off  ${await memoryOf(lockstep.program())}`);
  const program = await lockstep.restart(['--edit=on', '--edit-settle=0s', '--edit-rest=0s']);
  const seen = await eventually(async () => (await callsOf(program)) >= 4 * WORKLOADS && callsOf(program), {
    what: 'the first look at all workloads',
    timeoutMs: 900_000,
    intervalMs: 2_000,
  });
  console.log(`calls of the first pass: ${seen}, for each workload ${(seen / WORKLOADS).toFixed(1)}`);
  await pause(10_000);
  console.log(`on   ${await memoryOf(program)}`);

  const times: Times = new Map();
  const before = await callsOf(program);
  for (let round = 0; round < ROUNDS; round += 1) {
    const i = (round * 97) % WORKLOADS;
    const path = `/apis/apps/v1/namespaces/${namespaceOf(i)}/deployments/web-${i}`;
    const source = `/api/v1/namespaces/${namespaceOf(i)}/configmaps/source-${i}`;
    const body = { data: { a: String(round + 2) } };
    const hashOf = async () => JSON.stringify(((await api.get(path)) as { spec: object }).spec);
    const earlier = await hashOf();
    await timeCall(times, 'edit', async () =>
      (await api.open(source, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })).dump(),
    );
    await timeCall(times, 'edit to write', async () => {
      while ((await hashOf()) === earlier) await pause(2);
    });
    await timeCall(times, 'list of the namespace', () => listAll(api, namespaceOf(i)));
  }
  console.log(`calls of an edit: ${(((await callsOf(program)) - before) / ROUNDS).toFixed(1)}`);
  process.stdout.write(tableOf(times));
  await program.stop();
} finally {
  await api.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
