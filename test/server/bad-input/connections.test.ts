import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answerOn, dial, exchange, exchangeTcp, whenClosed } from '../../kit/raw-http.ts';
import { CREATE, http, MARK, UPDATE } from '../../kit/review-requests.ts';
import { type Served, startServed } from '../../kit/served.ts';

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterEach(() => served.expectHealthy());
afterAll(async () => {
  expect(await served.stop()).toBe(0);
});

/** Bytes that look random, the same each time. */
const noise = (length: number) =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest()),
  );

/** The start of a ClientHello: a TLS record of a handshake, with the length that it announces or shorter. */
const hello = (says: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0x16, 0x03, 0x01, says >> 8, says & 0xff, 0x01, 0x00, 0x00, says - 4]), body]);

test.each([
  ['HTTP without TLS', http(JSON.stringify(CREATE))],
  ['noise', noise(4096)],
  ['zeros', Buffer.alloc(4096)],
  ['a ClientHello of noise', hello(200, noise(196))],
  [
    'a record longer than TLS has them',
    Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0xff, 0xff]), noise(70_000)]),
  ],
  ['an alert', Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])],
  ['SSL 2', Buffer.concat([Buffer.from('802e01000200150000001001', 'hex'), noise(64)])],
])('%s on the TLS port closes the connection, with at most a debug line', async (_name, bytes) => {
  const logged = served.lines.length;
  expect(await exchangeTcp(served.port, bytes)).not.toContain('HTTP/1.1 2');
  await served.expectHealthy();
  const levels = served.lines.slice(logged).filter((line) => line.includes('connection closed'));
  for (const line of levels) expect(line).toContain('"level":"debug"');
});

test('an incomplete ClientHello closes the connection', async () => {
  const socket = connect({ host: '127.0.0.1', port: served.port });
  const closed = whenClosed(socket);
  socket.resume().end(hello(200, noise(32)));
  await closed;
});

test('bytes inside TLS that are not HTTP are refused', async () => {
  for (const bytes of [noise(4096), Buffer.from('\r\n\r\n\0'), Buffer.from('{"a":1}\r\n\r\n')]) {
    expect(await exchange(served.port, bytes)).toMatchObject({
      status: 400,
      body: expect.stringContaining('HTTP_MALFORMED'),
    });
  }
});

test('two requests in one write get two answers, in order', async () => {
  const socket = await dial(served.port);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const bad = http(MARK);
  socket.write(Buffer.concat([http(JSON.stringify(UPDATE)), bad]));
  await expect.poll(() => text.match(/HTTP\/1.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  socket.destroy();
});

test('a request hidden in the body of another is not answered', async () => {
  const hidden = http(JSON.stringify(UPDATE)).toString();
  const socket = await dial(served.port);
  const answer = answerOn(socket);
  socket.end(
    http(hidden, { head: ['host: l', 'content-type: application/json', `content-length: ${hidden.length}`] }),
  );
  const { status, text } = await answer;
  expect([status, text.match(/HTTP\/1.1/g)?.length]).toEqual([400, 1]);
});

test('a client that disconnects in the middle of its body, a hundred times, does no harm', async () => {
  const bytes = http(JSON.stringify(UPDATE));
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const socket = await dial(served.port);
      socket.write(bytes.subarray(0, (bytes.length * i) / 100));
      if (i % 2 === 0) socket.destroy();
      else await exchangeEnd(socket);
    }),
  );
});

/** Signals that no more bytes come, and waits for the answer. */
async function exchangeEnd(socket: Awaited<ReturnType<typeof dial>>): Promise<void> {
  const answer = answerOn(socket);
  socket.end();
  expect([0, 200, 400]).toContain((await answer).status);
  socket.destroy();
}
