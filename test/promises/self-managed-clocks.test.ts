import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { untilCalled } from '../../lab/lockstep/lockstep.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Program } from '../../lab/lockstep/program.ts';
import { advance } from '../../src/certificates/advance.ts';
import { secretDataOf } from '../../src/certificates/state.ts';
import { underLoad } from './renewal-load.ts';
import { handshake, readyStatus, type SelfManaged, selfManagedReplicas, untilReady } from './self-managed.ts';

/** A certificate is renewed after 6 s. */
const SHORT = ['--certificate-lifetime', '9s', '--ca-lifetime', '18s'];
const MAINS = ['minutes-ahead-main.ts', 'year-ahead-main.ts'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

let managed: SelfManaged;
beforeAll(async () => {
  managed = await selfManagedReplicas(SHORT);
});
afterAll(() => managed.stop());

const stepsOf = (program: Program, step: string) =>
  program.metric('lockstep_certificate_steps_total', { step });

/** How far a program that does not listen yet is ahead, in seconds, once it has complained. */
async function untilComplained(adminPort: number): Promise<number> {
  const read = async () => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const text = await eventually(
    async () => {
      const metrics = await read();
      return /steps_total\{step="error"\} [1-9]/.test(metrics) && metrics;
    },
    { what: 'a complaint about the clock', timeoutMs: 90_000 },
  );
  return Number(/^lockstep_clock_offset_seconds (.*)$/m.exec(text)?.[1]);
}

describe('replicas with clocks that are ten minutes and 400 days ahead', () => {
  let right: Program;
  let wrong: readonly Program[];

  test('make no certificate, say so, are not ready, and serve what a replica with a right clock makes', async () => {
    const admins = [await freePort(), await freePort()];
    const starting = MAINS.map((main, index) =>
      managed.startReplica(['--admin-port', String(admins[index])], main),
    );
    const ahead = await Promise.all(admins.map(untilComplained));
    expect(ahead.map((seconds) => Math.round(seconds / 10) * 10)).toEqual([600, 400 * 86_400]);
    expect(await Promise.all(admins.map(readyStatus))).toEqual([503, 503]);
    expect(await managed.secret()).toEqual({});

    right = await managed.startReplica();
    wrong = await Promise.all(starting);
    await Promise.all([right, ...wrong].map(untilReady));
    const { 'ca.crt': ca = '' } = await managed.secret();
    for (const { port } of [right, ...wrong]) expect(await handshake(port, ca)).toBe('ok');
    for (const { lines } of wrong) {
      const log = lines.join('\n');
      expect(log).toMatch(/the clock is \d+ s ahead of the API server’s: correct the clock of this node/);
      expect(log.split('the step start is due, and another replica must take it')).toHaveLength(2);
    }
  });

  test('take no part in a renewal, and no call and no handshake fails meanwhile', async () => {
    const { lockstep } = managed;
    const box = await lockstep.sandbox();
    await box.apply(configMap({ a: '1' }));
    await untilCalled(lockstep.cluster, box);
    const load = underLoad(lockstep.cluster, box.namespace, managed);
    try {
      const before = await stepsOf(right, 'renew');
      const renewed = async () => (await stepsOf(right, 'renew')) > before && load.calls() > 20;
      await eventually(renewed, { what: 'a renewal, with calls all the while', timeoutMs: 60_000 });
    } finally {
      await load.stop();
    }
    expect(load.failures).toEqual([]);
    for (const program of wrong)
      for (const step of ['start', 'renew', 'introduce', 'confirm', 'promote', 'retire', 'restore'])
        expect(await stepsOf(program, step)).toBe(0);
  });

  test('a certificate of an earlier version that is not valid yet is replaced, and nobody serves it', async () => {
    const before = await managed.secret();
    const lifetimes = { authority: 18_000, leaf: 9_000 };
    const now = Date.now() + 400 * 86_400_000;
    const early = await advance(undefined, 'start', { now, lifetimes, names: ['localhost'] });
    const data = Object.fromEntries(
      Object.entries(secretDataOf(early)).map(([entry, value]) => [entry, value && btoa(value)]),
    );
    const none = Object.fromEntries(Object.keys(before).map((key) => [key, null]));
    await managed.patchSecret({ ...none, ...data });
    await eventually(async () => (await managed.secret())['ca.crt'] !== early.authority.cert, {
      what: 'a valid certificate',
    });
    await Promise.all([right, ...wrong].map(untilReady));
    const [ca = ''] = await managed.caBundles();
    expect(ca).not.toContain(early.authority.cert);
    for (const { port } of [right, ...wrong])
      await eventually(async () => (await handshake(port, (await managed.caBundles())[0] ?? '')) === 'ok', {
        what: 'a trusted certificate',
      });
    expect([right, ...wrong].flatMap(({ lines }) => lines).join()).toContain('ca.crt is not valid yet');
  });
});
