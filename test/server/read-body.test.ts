import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { answerOn, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { alteredReview, CREATE, http } from '../kit/review-requests.ts';
import { server } from '../kit/serving.ts';

const MIB = 1024 * 1024;
const codeOf = (body: string) => JSON.parse(body).code;
/** A review with an image whose name is this long. */
const reviewOf = (bytes: number) => http(alteredReview(CREATE, 'web:1', 'x'.repeat(bytes)));
const CHUNKED = ['host: l', 'content-type: application/json', 'transfer-encoding: chunked'];

const opened: { close(): PromiseLike<unknown> }[] = [];
const dialled: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of dialled.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

/** A body may take long here, as this machine may be slow. */
async function startServer(bodyMs = 60_000) {
  const started = await server({ limits: { bodyMs } });
  opened.push(started.app);
  return { ...started, port: await started.listen() };
}

/** Sends these bytes, and waits until they have been handed over. */
async function hold(port: number, bytes: Buffer): Promise<TLSSocket> {
  const socket = await dial(port);
  dialled.push(socket);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.write(bytes, () => resolve());
  await promise;
  return socket;
}

describe('bodies of which one byte is missing', () => {
  test('do not make a large review wait: the oldest of them is given up', async () => {
    const { port } = await startServer();
    const large = reviewOf(7 * MIB);
    const stalled: TLSSocket[] = [];
    for (let i = 0; i < 10; i += 1) stalled.push(await hold(port, large.subarray(0, -1)));
    const first = stalled[0] ?? expect.fail('no connection');
    const [answer, closed] = [answerOn(first), whenClosed(first)];
    for (let i = 0; i < 5; i += 1) expect(await exchange(port, large)).toMatchObject({ status: 200 });
    const { status, headers, body } = await answer;
    expect([status, codeOf(body)]).toEqual([503, 'BUSY']);
    expect(headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    await closed;
  }, 30_000);

  test('are refused when the time for a body is over, long before that for a review', async () => {
    const { port } = await startServer(300);
    const started = performance.now();
    const socket = await hold(port, reviewOf(100).subarray(0, -1));
    const [answer, closed] = [answerOn(socket), whenClosed(socket)];
    const { status, body } = await answer;
    expect([status, codeOf(body)]).toEqual([408, 'REQUEST_TIMEOUT']);
    await closed;
    expect(performance.now() - started).toBeGreaterThan(299);
  });
});

test('a large body may take longer, if a MiB of it arrives in that time', async () => {
  const { port } = await startServer(1000);
  const socket = await dial(port);
  dialled.push(socket);
  const [started, answer] = [performance.now(), answerOn(socket)];
  const bytes = reviewOf(3.3 * MIB);
  const step = 1.1 * MIB;
  for (let at = 0; at < bytes.length; at += step) {
    socket.write(bytes.subarray(at, at + step));
    // Slow on purpose.
    await sleep(500);
  }
  expect(await answer).toMatchObject({ status: 200 });
  expect(performance.now() - started).toBeGreaterThan(1000);
});

test('what a client declares takes nothing from others, only what it sends', async () => {
  const { port } = await startServer();
  const head = ['host: l', 'content-type: application/json', `content-length: ${18 * MIB}`];
  const declared = await Promise.all(
    Array.from({ length: 20 }, () => hold(port, http('{', { head: [...head] }))),
  );
  for (const socket of declared) socket.resume();
  for (let i = 0; i < 2; i += 1)
    expect(await exchange(port, reviewOf(7 * MIB))).toMatchObject({ status: 200 });
  expect(declared.filter(({ closed }) => closed)).toEqual([]);
});

/** What is in use after a collection, in MiB. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

test('a body in pieces of one byte takes no more memory than in one', async () => {
  const { app, port } = await startServer();
  const accepted: Socket[] = [];
  app.server.on('connection', (socket: Socket) => accepted.push(socket));
  const bytes = Buffer.concat([http('', { head: CHUNKED }), Buffer.from('1\r\nx\r\n'.repeat(30 * 1024))]);
  const before = memoryInUse();
  for (let i = 0; i < 20; i += 1) await hold(port, bytes);
  await expect.poll(() => accepted.filter((socket) => socket.bytesRead > bytes.length)).toHaveLength(20);
  // A body takes 32 KiB. Kept in pieces, one takes 3 MiB.
  expect(memoryInUse() - before).toBeLessThan(20);
  expect(accepted.filter(({ destroyed }) => destroyed)).toEqual([]);
}, 30_000);

test.each([
  ['declared', [`content-length: ${20 * MIB}`]],
  ['not declared', ['transfer-encoding: chunked']],
])('a body that is too large is refused when its size is %s', async (_how, head) => {
  const { port } = await startServer();
  const socket = await dial(port);
  dialled.push(socket);
  const answer = answerOn(socket);
  socket.write(http('', { head: ['host: l', 'content-type: application/json', ...head] }));
  const piece = head[0]?.includes('chunked')
    ? `${MIB.toString(16)}\r\n${'x'.repeat(MIB)}\r\n`
    : 'x'.repeat(MIB);
  for (let i = 0; i < 20; i += 1) socket.write(piece);
  if (head[0]?.includes('chunked')) socket.write('0\r\n\r\n');
  const { status, body } = await answer;
  expect([status, codeOf(body)]).toEqual([413, 'BODY_TOO_LARGE']);
});

test('a body that is as large as the limit allows is read', async () => {
  const { port } = await startServer();
  expect(await exchange(port, reviewOf(18.9 * MIB))).toMatchObject({ status: 200 });
});

describe('a client that asks before it sends its body', () => {
  const expecting = (target: string, length: number) => ({
    target,
    head: ['host: l', 'content-type: application/json', `content-length: ${length}`, 'expect: 100-continue'],
  });
  const text = JSON.stringify(CREATE);

  test('may, if nothing else is wrong', async () => {
    const { port } = await startServer();
    const socket = await dial(port);
    dialled.push(socket);
    const asked = Promise.withResolvers<string>();
    socket.once('data', (chunk: Buffer) => asked.resolve(chunk.toString()));
    socket.write(http('', expecting('/admission/template', text.length)));
    expect(await asked.promise).toMatch(/^HTTP\/1\.1 100 Continue/);
    const answer = answerOn(socket);
    socket.write(text);
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('may not, if its request is refused anyway', async () => {
    const { port } = await startServer();
    const answer = await exchange(port, http('', expecting('/nowhere', text.length)));
    expect([answer.status, answer.headers['connection']]).toEqual([404, 'close']);
    expect(answer.text).not.toContain('100 Continue');
  });
});

test('a request that is refused before its body has been read ends its connection', async () => {
  const { port } = await startServer();
  const head = ['host: l', 'content-type: application/json', 'content-length: 100'];
  expect(await exchange(port, http('', { target: '/nowhere', head }))).toMatchObject({
    status: 404,
    headers: { connection: 'close' },
  });
});
