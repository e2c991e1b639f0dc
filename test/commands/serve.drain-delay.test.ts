import { expect, test } from 'vitest';
import { exchange } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { startServed } from '../kit/served.ts';

const review = http(JSON.stringify(CREATE));

test('after SIGTERM the program is not ready, and accepts calls until the delay is over', async () => {
  const program = await startServed(['--drain-delay', '3s']);
  const readiness = async () => (await fetch(`http://127.0.0.1:${program.adminPort}/readyz`)).status;
  expect(await readiness()).toBe(200);
  const began = performance.now();
  const ended = program.stop('SIGTERM');
  await expect.poll(readiness, { interval: 10 }).toBe(503);
  expect(await exchange(program.port, review)).toMatchObject({
    status: 200,
    headers: { connection: 'close' },
  });
  expect(await ended).toBe(0);
  expect(performance.now() - began).toBeGreaterThan(2_900);
  await expect(exchange(program.port, review)).rejects.toThrow('ECONNREFUSED');
});
