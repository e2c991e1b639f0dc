import { afterAll, beforeAll, expect, test } from 'vitest';
import { REFUSALS } from '../../../src/server/refusals.ts';
import { CORPUS } from './corpus.ts';
import { exchange } from './raw.ts';
import { type Served, startServed } from './served.ts';

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
});

test.each(CORPUS)('$name', async ({ bytes, expected }) => {
  const isHead = bytes.toString('latin1', 0, 5) === 'HEAD ';
  const answer = await exchange(served.port, bytes);
  if ('code' in expected) {
    expect({ status: answer.status, body: isHead || JSON.parse(answer.body) }).toEqual({
      status: REFUSALS[expected.code][0],
      body: isHead || { code: expected.code, message: expect.any(String) },
    });
    expect(answer.text.length).toBeLessThan(1000);
  } else {
    expect(answer).toMatchObject({ status: 200 });
    expect(JSON.parse(answer.body).response).toMatchObject({ uid: expected.uid, allowed: true });
  }
  await served.expectWell([answer.text]);
});
