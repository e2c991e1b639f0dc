import { execFileSync } from 'node:child_process';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../../src/server/bounds.ts';
import { answerOn, dial, exchange } from '../../kit/raw-http.ts';
import { http, UPDATE } from '../../kit/review-requests.ts';
import { type Served, startServed } from '../../kit/served.ts';

/** The number of connections: a few in every run, 10,000 when a person asks for them. */
const IDLE = Number(process.env['LOCKSTEP_IDLE_CONNECTIONS'] ?? 300);
/** The number of handshakes at a time. */
const AT_ONCE = 50;

/** The limit for an idle connection. About 60 KiB were measured. */
const MIB_PER_CONNECTION = 0.1;

const good = http(JSON.stringify(UPDATE));

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
}, 60_000);

const residentMiB = () =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(served.pid)], { encoding: 'utf8' })) / 1024;

/**
 * If this process may not open so many, dialling fails with EMFILE, and the test with it. Then raise `ulimit
 * -n`.
 */
test(`${IDLE} idle connections: calls are answered, over new connections and over old ones, and memory is bounded`, async () => {
  for (let i = 0; i < 200; i += 1) await exchange(served.port, good);
  const kept = await dial(served.port);
  const callOver = (socket: TLSSocket) => {
    const answer = answerOn(socket);
    socket.write(good);
    return answer;
  };
  expect(await callOver(kept)).toMatchObject({ status: 200 });
  const before = residentMiB();
  const idle: TLSSocket[] = [];
  let slowest = 0;
  const started = performance.now();
  while (idle.length < IDLE) {
    idle.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => dial(served.port)))));
    const called = performance.now();
    expect(await exchange(served.port, good)).toMatchObject({ status: 200 });
    slowest = Math.max(slowest, performance.now() - called);
  }
  const after = residentMiB();
  expect(await callOver(kept)).toMatchObject({ status: 200 });
  const open = idle.filter((socket) => !socket.closed).length;
  console.log(
    `${idle.length} dialled in ${Math.round((performance.now() - started) / 1000)} s, ${open} still open; ` +
      `RSS ${before.toFixed(0)} -> ${after.toFixed(0)} MiB; slowest new call ${slowest.toFixed(0)} ms`,
  );
  expect(after - before).toBeLessThan(MIB_PER_CONNECTION * Math.min(idle.length, LIMITS.connections) + 20);
  for (const socket of idle) socket.destroy();
  await served.expectHealthy();
}, 600_000);

test('as many used connections of one address as may be open keep no other address out', async () => {
  const used: TLSSocket[] = [];
  while (used.length < LIMITS.connections + AT_ONCE) {
    const dialled = Array.from({ length: AT_ONCE }, () => dial(served.port, { localAddress: '127.0.0.2' }));
    for (const socket of await Promise.all(dialled)) {
      used.push(socket);
      const answer = answerOn(socket);
      socket.write(good);
      expect(await answer).toMatchObject({ status: 200 });
    }
    // Like the API server: over new connections, from another address.
    expect(await exchange(served.port, good)).toMatchObject({ status: 200 });
  }
  for (let i = 0; i < 5; i += 1) expect(await exchange(served.port, good)).toMatchObject({ status: 200 });
  for (const socket of used) socket.destroy();
  await served.expectHealthy();
}, 60_000);
