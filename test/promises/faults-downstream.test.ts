import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type FaultProxy, HALF_OPEN, startFaultProxy } from './fault-proxy.ts';
import { driftedSandbox, expectFullService, openSockets, TIMEOUT } from './faults.ts';

const lockstep = useLockstep();
let proxy: FaultProxy;

beforeAll(async () => {
  const { port } = lockstep();
  proxy = await startFaultProxy(port);
  await lockstep().register({ ...TIMEOUT, 'webhook.url': `https://127.0.0.1:${proxy.port}` });
});
afterEach(() => proxy.heal());
afterAll(() => proxy?.stop());

/**
 * Three calls of a user, with 2 s for each review that hangs. After a write conflict with the Deployment
 * controller's status, a call is reviewed again (up to two or three times in practice). The rest is kubectl's
 * own time on a busy machine.
 */
const LONGEST_MS = 30_000;

/**
 * In this direction, a TLS handshake of the API server takes about 1 KB, a review's headers 300 bytes, and
 * its body 5 KB.
 */
const AMID_REQUEST = 3_000;
/** In this direction too, the handshake takes about 1 KB. An answer with a patch takes 1.2 KB. */
const AMID_ANSWER = 1_700;

/**
 * The API server opens a connection for each review that finds none idle, and keeps it for 90 s. These tests
 * send few reviews at a time, which leaves 2 to 5 connections. Broken ones besides them would add up to
 * dozens.
 */
const IDLE_AT_MOST = 8;

describe('Invariant 5, never in the way: between the API server and lockstep', () => {
  test.each([
    ['slow', () => proxy.harm('downstream', { type: 'latency', attributes: { latency: 5_000 } })],
    ['hung', () => proxy.harm('upstream', HALF_OPEN)],
    ['answers trickling', () => proxy.harm('downstream', { type: 'bandwidth', attributes: { rate: 1 } })],
    ['reset', () => proxy.harm('downstream', { type: 'reset_peer', attributes: { timeout: 0 } })],
    [
      'requests cut off mid-body',
      () => proxy.harm('upstream', { type: 'limit_data', attributes: { bytes: AMID_REQUEST } }),
    ],
    [
      'answers cut off mid-body',
      () => proxy.harm('downstream', { type: 'limit_data', attributes: { bytes: AMID_ANSWER } }),
    ],
    ['not to be reached', () => proxy.refuse()],
  ])('%s: calls succeed, full service returns, and no connection is left', async (_fault, harm) => {
    const box = await driftedSandbox(lockstep());
    const program = lockstep().program();
    await harm();
    const started = performance.now();
    await scale(box, 3);
    await box.kubectl(['annotate', 'deployment/web', 'note=1']);
    await box.apply(web({ image: 'web:2' }));
    expect(performance.now() - started).toBeLessThan(LONGEST_MS);
    await proxy.heal();
    await box.untilRolledOut();
    await box.editConfig({ a: '3' });
    await expectFullService(box);
    expect(lockstep().program().pid).toBe(program.pid);
    await eventually(async () => (await openSockets(program.pid, lockstep().port)).inbound <= IDLE_AT_MOST, {
      what: 'broken connections being closed',
      timeoutMs: 10_000,
    });
  });
});
