import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { answerOn, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { create, READING, server } from '../kit/serving.ts';

test('a server that drains answers the calls that it has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const digest = Promise.withResolvers<SourceReading>();
  const { app, listen } = await server({
    deadlineMs: 5000,
    digest: () => {
      begun.resolve();
      return digest.promise;
    },
  });
  const port = await listen();
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  const answer = request(`https://127.0.0.1:${port}/admission/template`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(create),
    dispatcher: agent,
  });
  await begun.promise;
  const closed = app.close();
  digest.resolve(READING);
  const { statusCode, body } = await answer;
  expect([statusCode, await body.text()]).toEqual([200, expect.stringContaining('"uid":"u1"')]);
  await closed;
  await agent.close();
});

const good = http(JSON.stringify(CREATE));

test('the answer to a call that ends during the drain closes its connection', async () => {
  let begun = 0;
  const digest = Promise.withResolvers<SourceReading>();
  const { app, listen } = await server({
    deadlineMs: 5000,
    digest: () => {
      begun += 1;
      return digest.promise;
    },
  });
  const socket = await dial(await listen());
  const [answer, closed] = [answerOn(socket), whenClosed(socket)];
  socket.write(good);
  await expect.poll(() => begun).toBe(1);
  const ended = app.close();
  await expect.poll(() => app.server.listening).toBe(false);
  digest.resolve(READING);
  expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await Promise.all([ended, closed]);
});

test('during the delay before the drain, each answer closes its connection', async () => {
  const leaving = new AbortController();
  const { app, listen } = await server({ leaving: leaving.signal });
  const port = await listen();
  expect((await exchange(port, good)).headers['connection']).toBe('keep-alive');
  const used = await dial(port);
  const [answer, closed] = [answerOn(used), whenClosed(used)];
  leaving.abort();
  used.write(good);
  expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await closed;
  expect(await exchange(port, good)).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await app.close();
});

test('connections that sent nothing, or only part of a request, do not keep the server from closing', async () => {
  const { app, listen } = await server({ deadlineMs: 50 });
  const port = await listen();
  expect(await exchange(port, good)).toMatchObject({ status: 200 });
  const [silent, dribbling, used] = await Promise.all([dial(port), dial(port), dial(port)]);
  const answer = answerOn(used);
  used.write(good);
  expect(await answer).toMatchObject({ status: 200 });
  const closed = [silent, dribbling, used].map(whenClosed);
  dribbling.write(good.subarray(0, -1));
  used.write('POST / HT');
  await app.close();
  await Promise.all(closed);
});
