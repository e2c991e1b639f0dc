import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { expectSilence } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { driftedSandbox, expectFullService, failedReviews, kubeconfigVia, TIMEOUT } from './faults.ts';
import { type ForgetfulProxy, startForgetfulProxy } from './forgetful-proxy.ts';

const lockstep = useLockstep();
let proxy: ForgetfulProxy;

beforeAll(async () => {
  proxy = await startForgetfulProxy(Number(new URL(lockstep().cluster.server).port));
  await lockstep().restart(await kubeconfigVia(lockstep(), { server: `https://127.0.0.1:${proxy.port}` }));
  await lockstep().register(TIMEOUT);
});
afterAll(() => proxy?.stop());

const SOURCES = Array.from({ length: 8 }, (_, index) => `app-${index}`);

describe('Invariant 5, never in the way: kept-alive connections that died silently', () => {
  test('are abandoned by the first review that uses them, and that review is in step', async () => {
    const envFrom = ['app', ...SOURCES].map((name) => ({ configMapRef: { name } }));
    const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
    const sources = SOURCES.map((name) => configMap({ a: '1' }, name));
    const box = await driftedSandbox(lockstep(), ...sources, web({ podSpec }));
    const program = lockstep().program();

    expect(proxy.forget()).toBeGreaterThanOrEqual(SOURCES.length);
    await expectFullService(box, 3);
    for (const replicas of [4, 5, 6]) expectSilence(await scale(box, replicas));

    expect(await failedReviews(program, 'deadline_exceeded')).toBe(0);
    expect(
      await program.metric('lockstep_api_requests_total', { verb: 'get', outcome: 'superseded' }),
    ).toBeGreaterThan(0);
    await eventually(() => proxy.forgotten() === 0, { what: 'lockstep closing the dead connections' });
  });
});
