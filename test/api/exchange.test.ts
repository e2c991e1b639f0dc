import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Pool } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { type BodyUse, exchange } from '../../src/api/exchange.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A server on loopback, and a way to ask it. */
async function serve(answer: RequestListener) {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const pool = new Pool(origin, { connections: 1, pipelining: 1 });
  opened.push(
    () => pool.destroy(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return (use: BodyUse, signal = new AbortController().signal) =>
    exchange(pool, { method: 'GET', origin, path: '/', headers: {}, body: null, signal }, () => use);
}

async function textOf(body: unknown): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('an exchange', () => {
  test.each([
    ['one chunk', ['{"a":"ü"}']],
    ['several chunks', ['{"a":', '"ü', '"}']],
    ['no chunk', []],
  ])('takes a text of %s', async (_name, chunks) => {
    const ask = await serve((_request, response) => {
      response.writeHead(200, { 'x-name': 'value' });
      for (const chunk of chunks) response.write(chunk);
      response.end();
    });
    const { status, headers, body } = await ask('text');
    expect({ status, name: headers['x-name'], body }).toEqual({
      status: 200,
      name: 'value',
      body: chunks.join(''),
    });
  });

  test('drops a body, and its connection is used again', async () => {
    const ports = new Set<number | undefined>();
    const ask = await serve(({ socket }, response) => {
      ports.add(socket.remotePort);
      response.writeHead(404).end('x'.repeat(100_000));
    });
    for (let round = 0; round < 3; round += 1)
      expect(await ask('drop')).toMatchObject({ status: 404, body: undefined });
    expect(ports.size).toBe(1);
  });

  test.each([
    ['declares a long body, and sends none of it', { 'content-length': '1000000000' }, 0],
    ['sends a long body, and does not end it', {}, 1_000_000],
  ])('does not wait for an answer that is dropped and %s', async (_name, headers, bytes) => {
    const ask = await serve((_request, response) => {
      response.writeHead(503, headers).write('x'.repeat(bytes));
      response.flushHeaders();
    });
    expect(await ask('drop')).toMatchObject({ status: 503, body: undefined });
  });

  test('drops a byte order mark', async () => {
    const ask = await serve((_request, response) => response.end('\ufeff{}'));
    expect(await ask('text')).toMatchObject({ body: '{}' });
  });

  test('does not take what comes before the answer for the answer', async () => {
    const ask = await serve((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.end('after');
    });
    expect(await ask('text')).toMatchObject({ status: 200, body: 'after' });
  });

  test('hands a stream over as it begins, and reads no more of it than its reader asks for', async () => {
    const [chunk, count] = ['x'.repeat(64 * 1024), 512];
    let written = 0;
    const ask = await serve((_request, response) => {
      const write = () => {
        let hasRoom = true;
        for (; written < count && hasRoom; written += 1) hasRoom = response.write(chunk);
        if (hasRoom) response.end();
        else response.once('drain', write);
      };
      write();
    });
    const { body } = await ask('stream');
    // What the kernel holds is not under our control.
    expect(written).toBeLessThan(count);
    expect((await textOf(body)).length).toBe(chunk.length * count);
  });

  test('fails with the reason of the signal, at once: before, while and after its answer begins', async () => {
    const ask = await serve((request, response) => {
      response.write('begun');
      request.socket.on('close', () => response.destroy());
    });
    const reason = new Error('enough');
    await expect(ask('text', AbortSignal.abort(reason))).rejects.toBe(reason);
    const during = new AbortController();
    const waits = ask('text', during.signal);
    // This one waits for the connection of the first.
    const queued = new AbortController();
    const waitsToo = ask('text', queued.signal);
    queued.abort(reason);
    await expect(waitsToo).rejects.toBe(reason);
    during.abort(reason);
    await expect(waits).rejects.toBe(reason);
    const later = new AbortController();
    const { body } = await ask('stream', later.signal);
    later.abort(reason);
    await expect(textOf(body)).rejects.toBe(reason);
  });

  test('a reader that has had enough ends the answer, and its connection', async () => {
    const closed = Promise.withResolvers<void>();
    const ask = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.write('x'.repeat(1_000_000));
    });
    const { body } = await ask('stream');
    for await (const _chunk of body as AsyncIterable<Buffer>) break;
    await closed.promise;
  });

  test('fails if the connection breaks before the end', async () => {
    const ask = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    });
    await expect(ask('text')).rejects.toThrow();
    await expect(ask('drop')).rejects.toThrow();
    const { body } = await ask('stream');
    await expect(textOf(body)).rejects.toThrow();
  });
});
