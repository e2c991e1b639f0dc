import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Program } from '../../lab/lockstep/program.ts';
import { type Reviewer, reviewer } from '../kit/reviewer.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type FaultProxy, HALF_OPEN } from './fault-proxy.ts';
import {
  COLLECTING_MAIN,
  driftedSandbox,
  expectFullService,
  failedReviews,
  heapMiB,
  openSockets,
  proxyToApiServer,
} from './faults.ts';

const lockstep = useLockstep();
let proxy: FaultProxy;

beforeAll(async () => {
  const through = await proxyToApiServer(lockstep());
  proxy = through.proxy;
  await lockstep().restart([...through.flags, '--log-level', 'info'], COLLECTING_MAIN);
  await lockstep().register();
});
afterAll(() => proxy?.stop());

const MIB = 1024 * 1024;

interface Numbers {
  readonly inbound: number;
  readonly others: number;
  readonly heapMiB: number;
  readonly residentMiB: number;
  readonly resources: number;
}

/** What lockstep holds after a garbage collection. */
async function numbers(program: Program): Promise<Numbers> {
  const sockets = await openSockets(program.pid, lockstep().port);
  const tenths = (bytes: number) => Math.round((bytes / MIB) * 10) / 10;
  return {
    ...sockets,
    heapMiB: await heapMiB(program),
    residentMiB: tenths(await program.total('process_resident_memory_bytes')),
    resources: await program.total('nodejs_active_resources_total'),
  };
}

/** Reviews with a deadline of 100 ms for each fault. Most of them fail, and each must be answered. */
async function throughFaults(calls: Reviewer): Promise<void> {
  const faults = [
    () => proxy.harm('upstream', { type: 'latency', attributes: { latency: 5_000 } }),
    () => proxy.harm('downstream', HALF_OPEN),
    () => proxy.harm('downstream', { type: 'bandwidth', attributes: { rate: 1 } }),
    () => proxy.harm('upstream', { type: 'reset_peer', attributes: { timeout: 0 } }),
    () => proxy.harm('downstream', { type: 'limit_data', attributes: { bytes: 3_000 } }),
    () => proxy.refuse(),
  ];
  for (const harm of faults) {
    await harm();
    expect(await calls.review(96, '300ms')).toBe(96);
    await proxy.heal();
    expect(await calls.review(96, '5s')).toBe(96);
  }
}

describe.skipIf(process.platform !== 'linux')('Invariant 5, never in the way: faults leave behind', () => {
  test('no connections and no memory, round after round', async () => {
    const box = await driftedSandbox(lockstep());
    const program = lockstep().program();
    const calls = reviewer(lockstep(), box.namespace);
    try {
      expect(await calls.review(1_000, '5s')).toBe(1_000);
      const before = await numbers(program);
      // The first round fills what is filled once: code, pools, metrics' labels, the session cache.
      await throughFaults(calls);
      const first = await numbers(program);
      await throughFaults(calls);
      await throughFaults(calls);
      // A connection that is given up while it opens ends with its own timeout, 2 s.
      await eventually(async () => (await numbers(program)).others <= before.others + 2, {
        what: 'as few sockets as before',
        timeoutMs: 10_000,
      });
      const last = await numbers(program);
      console.table({ before, first, last });
      expect(last.inbound).toBeLessThanOrEqual(before.inbound + 2);
      // Two rounds are 2304 reviews, and half of them failed. If each left 1 KiB, that would be 2.25 MiB.
      expect(last.heapMiB - first.heapMiB).toBeLessThan(1.5);
      // The allocator's reserve varies by a tenth. If 1000 connections stayed, each would take 50 KiB with
      // its TLS.
      expect(last.residentMiB - first.residentMiB).toBeLessThan(50);
      // The faults had an effect: three rounds of six faults, with 96 reviews each.
      const late = await failedReviews(program, 'deadline_exceeded');
      const broken = await failedReviews(program, 'api_unreachable');
      expect(late + broken).toBeGreaterThan(1_500);
      await expectFullService(box);
    } finally {
      await calls.close();
    }
  });
});
