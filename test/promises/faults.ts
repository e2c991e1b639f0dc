import { readdir, readFile, readlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Program } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** `lockstep` that collects its garbage on SIGUSR2. */
export const COLLECTING_MAIN = fileURLToPath(new URL('collecting-main.ts', import.meta.url));

/** The webhook's timeout in tests of faults. It is short, so that tests see reviews being given up. */
export const TIMEOUT_S = 2;
export const TIMEOUT = { 'webhook.timeoutSeconds': String(TIMEOUT_S) };
/** lockstep's own deadline for such a review. It leaves 200 ms for the answer. */
export const BUDGET_MS = 1_800;

/** The flag for a kubeconfig of lockstep's that leads through a proxy. */
export async function kubeconfigVia(
  { cluster }: Lockstep,
  via: { server: string; ca?: string },
): Promise<string[]> {
  return ['--kubeconfig', await cluster.kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' }, via)];
}

/** A fault proxy in front of the API server, and the flag that leads lockstep through it. */
export async function proxyToApiServer(lockstep: Lockstep): Promise<{ proxy: FaultProxy; flags: string[] }> {
  const proxy = await startFaultProxy(Number(new URL(lockstep.cluster.server).port));
  const flags = await kubeconfigVia(lockstep, { server: `https://127.0.0.1:${proxy.port}` });
  return { proxy, flags };
}

/**
 * A Deployment `web` of two pods that has rolled out. Its ConfigMap has been edited since, so the next
 * scale-up must roll it.
 */
export async function driftedSandbox(lockstep: Lockstep, ...objects: readonly object[]): Promise<Sandbox> {
  const box = await lockstep.sandbox();
  await box.apply(configMap({ a: '1' }), ...(objects.length > 0 ? objects : [web()]));
  await box.untilRolledOut();
  await box.editConfig({ a: '2' });
  return box;
}

/**
 * Full service: a scale-up finds that the ConfigMap has been edited, warns of it, and stamps the template.
 */
export async function expectFullService(box: Sandbox, replicas = 9): Promise<void> {
  const { hash } = await box.marks();
  expectWarning(await scale(box, replicas), WEB_ROLLS);
  expect((await box.marks()).hash).not.toBe(hash);
}

/** The number of a user's reviews that could not be decided, by reason. */
export async function failedReviews(program: Program, reason: string): Promise<number> {
  const failed = (webhook: string) =>
    program.metric('lockstep_reviews_total', { webhook, decision: 'fail', reason });
  return (await failed('template')) + (await failed('scale'));
}

const MIB = 1024 * 1024;

/** The memory that a program of `COLLECTING_MAIN` uses after a collection, in MiB. */
export async function heapMiB(program: Program): Promise<number> {
  const heaps: number[] = [];
  // Finalizers free more for the next collection, so this takes the minimum of a few.
  for (let collected = 0; collected < 5; collected += 1) {
    program.kill('SIGUSR2');
    heaps.push(await program.total('nodejs_heap_size_used_bytes'));
  }
  return Math.round((Math.min(...heaps) / MIB) * 10) / 10;
}

/** The sockets of a process: those of connections to `port`, and all others. Linux only. */
export async function openSockets(pid: number, port: number): Promise<{ inbound: number; others: number }> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    // A file that is closed between the two calls is not open.
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  const held = links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  // Columns: number, local address, remote address, state (0A listens). The inode is six columns later.
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const made = new Set(
    rows
      .filter(([, local, , state]) => local?.endsWith(`:${hexPort}`) && state !== '0A')
      .map((row) => row[9]),
  );
  const inbound = held.filter((inode) => made.has(inode)).length;
  return { inbound, others: held.length - inbound };
}
