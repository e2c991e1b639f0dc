import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { Authority } from '../../certs/issue.ts';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { clientAuthority, clientPair } from '../kit/clients.ts';
import { answerOn, type Dialled, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { READING, server, valid } from '../kit/serving.ts';

const good = http(JSON.stringify(CREATE));
const MOST = 20;
const ATTACKER = '127.0.0.2';
const OTHER = '127.0.0.3';

const opened: { close(): PromiseLike<unknown> }[] = [];
const dialled: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of dialled.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

async function startServer(overrides: Parameters<typeof server>[0] = {}) {
  const started = await server({ limits: { connections: MOST, checkMs: 20 }, ...overrides });
  opened.push(started.app);
  return { ...started, port: await started.listen() };
}

async function dialFrom(port: number, localAddress: string, how: Dialled = {}): Promise<TLSSocket> {
  const socket = await dial(port, { localAddress, ...how });
  dialled.push(socket);
  return socket;
}

function ask(socket: TLSSocket, bytes: Buffer = good) {
  for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event);
  const answer = answerOn(socket);
  socket.write(bytes);
  return answer;
}

/** Opens connections one after the other, each of which sends these bytes and awaits the answer. */
async function fill(port: number, count: number, bytes: Buffer, from = ATTACKER): Promise<TLSSocket[]> {
  const sockets: TLSSocket[] = [];
  for (let i = 0; i < count; i += 1) {
    const socket = await dialFrom(port, from);
    await ask(socket, bytes);
    sockets.push(socket);
  }
  return sockets;
}

describe('connections that one address has used', () => {
  test('do not keep another address out, and close none of its connections', async () => {
    const { port } = await startServer();
    const kept = await dialFrom(port, OTHER);
    expect(await ask(kept)).toMatchObject({ status: 200 });
    await fill(port, 2 * MOST, good);
    expect(await exchange(port, good, false, { localAddress: OTHER })).toMatchObject({ status: 200 });
    expect(await ask(kept)).toMatchObject({ status: 200 });
  });

  test('do not keep out a new connection of the same address: the one that is idle longest closes', async () => {
    const { port } = await startServer();
    const [first, ...others] = await fill(port, MOST, good);
    expect(await exchange(port, good, false, { localAddress: ATTACKER })).toMatchObject({ status: 200 });
    await expect.poll(() => first?.closed).toBe(true);
    expect(others.filter(({ closed }) => closed)).toEqual([]);
  });

  test('and carry reviews now, give one up for another address, and none for their own', async () => {
    let begun = 0;
    const reading = Promise.withResolvers<SourceReading>();
    const digest = () => {
      begun += 1;
      return reading.promise;
    };
    const { port } = await startServer({ digest, deadlineMs: 20_000 });
    const busy = await Promise.all(Array.from({ length: MOST }, () => dialFrom(port, ATTACKER)));
    const answers = busy.map((socket) => ask(socket));
    await expect.poll(() => begun).toBe(MOST);
    await expect(dial(port, { localAddress: ATTACKER })).rejects.toThrow();
    expect(busy.filter(({ closed }) => closed)).toEqual([]);
    const other = exchange(port, good, false, { localAddress: OTHER });
    await expect.poll(() => begun).toBe(MOST + 1);
    reading.resolve(READING);
    expect(await other).toMatchObject({ status: 200 });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(MOST - 1);
  });
});

test('a refused request is no use: its connection goes before one that has carried a review', async () => {
  const { port } = await startServer();
  const [used] = await fill(port, 1, good);
  const refused = await fill(port, MOST - 1, http('', { target: '/nowhere' }));
  await dialFrom(port, ATTACKER);
  await expect.poll(() => refused[0]?.closed).toBe(true);
  expect(used?.closed).toBe(false);
});

describe('with client certificates', () => {
  async function startTrusting() {
    const authority: Authority = await clientAuthority();
    const clients = { ca: authority.ca, names: ['kube-apiserver'], now: Date.now };
    return { authority, ...(await startServer({ identity: { pair: await valid(), clients } })) };
  }

  test('a client that is not trusted closes no connection of one that is', async () => {
    const { authority, port } = await startTrusting();
    const apiServer = await clientPair(authority);
    const kept = await Promise.all([1, 2, 3].map(() => dialFrom(port, OTHER, apiServer)));
    // Each has an address of its own, so that those of the API server are the most.
    for (let i = 0; i < 2 * MOST; i += 1) await dialFrom(port, `127.0.1.${i + 1}`);
    expect(kept.filter(({ closed }) => closed)).toEqual([]);
    for (const socket of kept) expect(await ask(socket)).toMatchObject({ status: 200 });
    expect(await exchange(port, good, false, apiServer)).toMatchObject({ status: 200 });
  });
});

describe('pipelined requests', () => {
  test('are refused while a review is in progress, and end the connection', async () => {
    let begun = 0;
    const reading = Promise.withResolvers<SourceReading>();
    const digest = () => {
      begun += 1;
      return reading.promise;
    };
    const { port } = await startServer({ digest, deadlineMs: 10_000 });
    const socket = await dialFrom(port, OTHER);
    const closed = whenClosed(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.write(Buffer.concat(Array<Buffer>(50).fill(good)));
    await expect.poll(() => begun).toBe(1);
    reading.resolve(READING);
    await closed;
    expect(text.match(/HTTP\/1\.1 \d{3}|REQUEST_PIPELINED/g)?.slice(0, 3)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
      'REQUEST_PIPELINED',
    ]);
    expect(begun).toBe(1);
  });

  test('a request that follows an answer at once is none', async () => {
    const { port } = await startServer();
    const socket = await dialFrom(port, OTHER);
    for (let i = 0; i < 200; i += 1) expect(await ask(socket)).toMatchObject({ status: 200 });
  });
});
