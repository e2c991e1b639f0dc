import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type IssuedCertificates, issueCertificates } from '../../certs/issue.ts';
import { type CallDeps, call } from '../../src/api/call.ts';
import { connections } from '../../src/api/connections.ts';
import type { Credentials } from '../../src/api/credentials.ts';
import { NO_TRACING } from '../../src/telemetry/tracing.ts';

/** A tenth of lockstep's own, so that a slow API server is slow for a tenth of the time. */
const PATIENCE_MS = 100;
const SLOW_MS = 150;
/** Far below the deadline of a read, 20 s, and far above our patience: the machine may be busy. */
const SOON_MS = 5_000;

let pair: IssuedCertificates;
beforeAll(async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  pair = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter });
});

/** A server that answers when it is told to, and counts connections. It checks lockstep's side of the wire only. */
let server: Server;
let open: Set<Socket>;
let forgotten: Set<Socket>;
let accepted = 0;
let mostOpen = 0;
let answerInMs = (): number => 0;
let outcomes: string[];
let deps: CallDeps;

function use(patienceMs: number): void {
  const { port } = server.address() as AddressInfo;
  const tls = { ca: pair.ca };
  const credentials: Credentials = {
    server: `https://127.0.0.1:${port}`,
    tls,
    headers: {},
    proxy: undefined,
  };
  deps = {
    connections: connections(undefined, patienceMs),
    source: { current: async () => credentials, refresh: () => undefined },
    tracing: NO_TRACING,
    metrics: { observeApiCall: ({ outcome }) => outcomes.push(outcome) },
  };
}

beforeEach(async () => {
  [open, forgotten, accepted, mostOpen, outcomes] = [new Set(), new Set(), 0, 0, []];
  server = createServer(pair, (request, response) => {
    if (request.url?.includes('/forget/') && forgotten.size === 0) forgotten.add(request.socket);
    if (!forgotten.has(request.socket)) setTimeout(() => response.end('{}'), answerInMs());
  });
  server.on('secureConnection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    accepted += 1;
    mostOpen = Math.max(mostOpen, open.size);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  use(PATIENCE_MS);
});
afterEach(async () => {
  await deps.connections.close();
  server.closeAllConnections();
  server.close();
});

const read = (namespace = 'a', signal = AbortSignal.timeout(20_000)) =>
  call(deps, { verb: 'get', resource: 'configmaps', path: `/api/v1/namespaces/${namespace}/x`, signal });
const readMany = (count: number, namespace?: string) =>
  Promise.all(Array.from({ length: count }, () => read(namespace)));
/** All connections stay open, and nothing is answered on them any more. */
const forget = () => {
  for (const socket of open) forgotten.add(socket);
};
const hasForgotten = () => [...open].some((socket) => forgotten.has(socket));
const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;

describe('an API server', () => {
  test.each([200, 500, 1_000])(
    'that is slower than our patience gets no connections for that: %i reads',
    async (reads) => {
      answerInMs = () => SLOW_MS;
      await readMany(reads);
      expect(count('200')).toBe(reads);
      expect(mostOpen).toBeLessThanOrEqual(64);
      expect(accepted).toBeLessThanOrEqual(64);
    },
  );

  test('that answers some reads faster than others gets few connections', async () => {
    let turn = 0;
    answerInMs = () => {
      turn += 1;
      return 50 + 37 * (turn % 6);
    };
    await readMany(500);
    expect(mostOpen).toBeLessThanOrEqual(64);
    expect(accepted).toBeLessThanOrEqual(64);
  });

  test('that answers in time gets 32 connections at most', async () => {
    use(1_000);
    answerInMs = () => 20;
    await readMany(500);
    expect(accepted).toBeLessThanOrEqual(32);
  });

  test('that answers after the deadlines gets 64 connections at a time', async () => {
    answerInMs = () => 400;
    for (let wave = 0; wave < 5; wave += 1) {
      const deadline = AbortSignal.timeout(60);
      await Promise.allSettled(Array.from({ length: 100 }, () => read('a', deadline)));
    }
    expect(mostOpen).toBeLessThanOrEqual(64);
  });
});

describe('connections that died silently', () => {
  test('are given up by the first reads that use them, which are answered', async () => {
    answerInMs = () => 5;
    await readMany(20);
    await read();
    forget();
    const before = accepted;
    const started = performance.now();
    await readMany(9);
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    // The next reads do not meet them any more.
    await readMany(20);
    expect(accepted - before).toBeLessThanOrEqual(32);
    await expect.poll(() => count('superseded')).toBeGreaterThanOrEqual(9);
    await expect.poll(hasForgotten).toBe(false);
  });

  test('do not keep reads waiting that find no free connection', async () => {
    answerInMs = () => 5;
    await readMany(100);
    await read();
    forget();
    const started = performance.now();
    await readMany(200);
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    expect(mostOpen).toBeLessThanOrEqual(64);
  });

  test('are given up when a call meets its deadline on them', async () => {
    answerInMs = () => 5;
    await readMany(5);
    forget();
    await expect(read('a', AbortSignal.timeout(50))).rejects.toThrow();
    await expect.poll(hasForgotten).toBe(false);
    await readMany(5);
  });

  test('do not matter to a read if there are others that answer', async () => {
    answerInMs = () => 5;
    await readMany(3);
    const before = accepted;
    let waits = true;
    const forgottenRead = read('forget').finally(() => {
      waits = false;
    });
    while (waits) {
      await read('b');
      await pause(10);
    }
    await forgottenRead;
    await expect.poll(() => count('superseded')).toBeGreaterThanOrEqual(1);
    // The other connections are kept.
    expect(accepted - before).toBeLessThanOrEqual(3);
  });
});

test('a read does not wait for all reads of another namespace', async () => {
  answerInMs = () => 50;
  let done = 0;
  const many = Array.from({ length: 500 }, () => read('a').then(() => (done += 1)));
  await pause(10);
  await read('b');
  expect(done).toBeLessThan(100);
  await Promise.all(many);
});
