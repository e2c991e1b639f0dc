import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/server/bounds.ts';
import { answerOn, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { server } from '../kit/serving.ts';

const good = http(JSON.stringify(CREATE));
const head = good.subarray(0, good.indexOf('\r\n\r\n') + 4);

const opened: { close(): PromiseLike<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

async function startServer(limits: Partial<typeof LIMITS>) {
  const { app, listen, lines } = await server({ limits: { checkMs: 20, ...limits } });
  opened.push(app);
  return { app, port: await listen(), lines };
}

/** Sends one byte after another, one in 10 ms, for as long as the other side reads. */
function dribble(socket: TLSSocket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 10);
  socket.once('close', () => clearInterval(timer));
}

const codeOf = (body: string) => JSON.parse(body).code;

describe('a slow client', () => {
  test('gets an error when its headers do not end, and the connection is closed', async () => {
    const { port } = await startServer({ idleMs: 200 });
    const socket = await dial(port);
    const [started, closed] = [performance.now(), whenClosed(socket)];
    dribble(socket, Buffer.from(`POST /admission/template HTTP/1.1\r\nhost: ${'x'.repeat(10_000)}`));
    const { status, body } = await answerOn(socket);
    expect([status, codeOf(body)]).toEqual([408, 'REQUEST_TIMEOUT']);
    await closed;
    expect(performance.now() - started).toBeGreaterThan(199);
  });

  test.each([
    ['its body', head],
    [
      'chunks without end',
      http('', { head: ['host: l', 'content-type: application/json', 'transfer-encoding: chunked'] }),
    ],
  ])('gets an error when %s takes too long', async (_name, start) => {
    const { port } = await startServer({ requestMs: 200 });
    const socket = await dial(port);
    const [started, closed] = [performance.now(), whenClosed(socket)];
    socket.write(start);
    dribble(socket, Buffer.from('1\r\nx\r\n'.repeat(1000)));
    const { status, body } = await answerOn(socket);
    expect([status, codeOf(body)]).toEqual([408, 'REQUEST_TIMEOUT']);
    await closed;
    expect(performance.now() - started).toBeGreaterThan(199);
  });

  test('cannot send without end: too large a body is refused while it arrives', async () => {
    const { port, lines } = await startServer({});
    const socket = await dial(port);
    socket.write(
      http('', { head: ['host: l', 'content-type: application/json', 'transfer-encoding: chunked'] }),
    );
    const chunk = `100000\r\n${'x'.repeat(2 ** 20)}\r\n`;
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
    const closed = whenClosed(socket);
    // A client that writes on may find the connection closed before it reads the reason.
    expect([0, 413]).toContain((await answerOn(socket)).status);
    await closed;
    expect(lines.join()).toContain('BODY_TOO_LARGE');
  });

  test('is disconnected when it sends nothing, before and after the TLS handshake', async () => {
    const { port, lines } = await startServer({ handshakeMs: 200, idleMs: 400 });
    const started = performance.now();
    const [bare, silent] = [connect({ host: '127.0.0.1', port }), await dial(port)];
    await Promise.all([whenClosed(bare), whenClosed(silent.resume())]);
    expect(performance.now() - started).toBeGreaterThan(399);
    expect(lines.filter((line) => !line.includes('"level":"debug"'))).toEqual([]);
  });

  test('that disconnects in the middle of its body does no harm', async () => {
    const { port, lines } = await startServer({});
    const socket = await dial(port);
    socket.write(good.subarray(0, -10));
    socket.destroy();
    expect(await exchange(port, good.subarray(0, -10), true)).toMatchObject({ status: 400 });
    expect(await exchange(port, good)).toMatchObject({ status: 200 });
    expect(lines.join()).not.toContain('INTERNAL');
  });
});

describe('too many connections', () => {
  test('that send nothing do not keep a call out, and do not close one that has carried a call', async () => {
    const { app, port } = await startServer({ connections: 20 });
    const kept = await dial(port);
    const first = answerOn(kept);
    kept.write(good);
    expect(await first).toMatchObject({ status: 200 });
    const silent: TLSSocket[] = [];
    for (let round = 0; round < 10; round += 1) {
      silent.push(...(await Promise.all(Array.from({ length: 10 }, () => dial(port)))));
      expect(await exchange(port, good)).toMatchObject({ status: 200 });
    }
    const { promise, resolve } = Promise.withResolvers<number>();
    app.server.getConnections((_error, count) => resolve(count));
    expect(await promise).toBeLessThanOrEqual(20);
    expect(silent.at(0)?.closed).toBe(true);
    const second = answerOn(kept);
    kept.write(good);
    expect(await second).toMatchObject({ status: 200 });
    for (const socket of silent) socket.destroy();
  });
});

test('the API server drops an idle connection before lockstep closes it, and docs/errors.md has the times', () => {
  const apiServerIdleMs = 90_000;
  expect(LIMITS.idleMs).toBeGreaterThan(apiServerIdleMs);
  const docs = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const { handshakeMs, idleMs, requestMs, connections } = LIMITS;
  for (const ms of [handshakeMs, idleMs, requestMs]) expect(docs).toContain(` ${ms / 1000} s`);
  expect(docs).toContain(`${connections.toLocaleString('en')} open connections`);
});
