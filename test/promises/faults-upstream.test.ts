import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { web } from '../../lab/lockstep/manifests.ts';
import { expectWarning } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type FaultProxy, HALF_OPEN } from './fault-proxy.ts';
import {
  BUDGET_MS,
  driftedSandbox,
  expectFullService,
  failedReviews,
  proxyToApiServer,
  TIMEOUT,
  TIMEOUT_S,
} from './faults.ts';

const lockstep = useLockstep();
let proxy: FaultProxy;

beforeAll(async () => {
  const through = await proxyToApiServer(lockstep());
  proxy = through.proxy;
  await lockstep().restart(through.flags);
  await lockstep().register(TIMEOUT);
});
afterEach(() => proxy.heal());
afterAll(() => proxy?.stop());

const slow = { reason: 'deadline_exceeded', told: `the API server did not answer within ${BUDGET_MS} ms` };
const broken = { reason: 'api_unreachable', told: 'the API server cannot be reached' };

/**
 * Makes the answer with the ConfigMap so long that a fault affects it on each connection. On a reused
 * connection, all other answers are short.
 */
const LONG = 'x'.repeat(16_000);

/** kubectl's own time on a busy machine, and lockstep's answer after its deadline. */
const MARGIN_MS = 2_000;

describe('Invariant 5, never in the way: between lockstep and the API server', () => {
  test.each([
    {
      fault: 'latency',
      ...slow,
      harm: () => proxy.harm('upstream', { type: 'latency', attributes: { latency: 5_000 } }),
    },
    { fault: 'half-open connections', ...slow, harm: () => proxy.harm('downstream', HALF_OPEN) },
    {
      fault: 'slow bodies',
      ...slow,
      harm: () => proxy.harm('downstream', { type: 'bandwidth', attributes: { rate: 1 } }),
    },
    {
      fault: 'resets',
      ...broken,
      harm: () => proxy.harm('upstream', { type: 'reset_peer', attributes: { timeout: 0 } }),
    },
    {
      // More than a TLS handshake, and less than the ConfigMap.
      fault: 'answers cut off',
      ...broken,
      harm: () => proxy.harm('downstream', { type: 'limit_data', attributes: { bytes: 4_000 } }),
    },
    { fault: 'no connections', ...broken, harm: () => proxy.refuse() },
  ])('$fault: calls succeed with a warning, and full service returns', async ({ harm, reason, told }) => {
    const box = await driftedSandbox(lockstep());
    await box.editConfig({ long: LONG });
    const program = lockstep().program();
    await harm();
    const calls = [
      () => scale(box, 3),
      () => box.kubectl(['annotate', 'deployment/web', 'note=1']),
      () => box.apply(web({ image: 'web:2' })),
    ];
    for (const call of calls) {
      const counted = await failedReviews(program, reason);
      const started = performance.now();
      expectWarning(await call(), `deployment/web was not checked: ${told}`);
      const seconds = (performance.now() - started) / 1000;
      // A call is reviewed again if its object changed in the meantime, mostly through the Deployment
      // controller.
      const reviews = (await failedReviews(program, reason)) - counted;
      expect(reviews).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(reviews * TIMEOUT_S + MARGIN_MS / 1000);
    }
    await proxy.heal();
    await expectFullService(box);
    expect(lockstep().program().pid).toBe(program.pid);
  });
});
