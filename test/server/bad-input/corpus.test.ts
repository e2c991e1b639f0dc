import { afterAll, beforeAll, expect, test } from 'vitest';
import { REFUSALS } from '../../../src/server/refusals.ts';
import { exchange } from '../../kit/raw-http.ts';
import { type Served, startServed } from '../../kit/served.ts';
import { BODIES } from './corpus/bodies.ts';
import { HTTP } from './corpus/http.ts';
import { REVIEWS } from './corpus/reviews.ts';
import { VALUES } from './corpus/values.ts';

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
});

const CORPUS = [...BODIES, ...REVIEWS, ...VALUES, ...HTTP];

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
    expect(JSON.parse(answer.body).response).toMatchObject(expected);
  }
  await served.expectHealthy([answer.text]);
});

test('there is an entry for every answer that a single request can cause', () => {
  const seen: ReadonlySet<string> = new Set(
    CORPUS.flatMap(({ expected }) => ('code' in expected ? [expected.code] : [])),
  );
  const untried = Object.keys(REFUSALS).filter((code) => !seen.has(code));
  // These need several requests at once (connections, body-budget), client certificates (callers), time (slow
  // clients), or a bug.
  expect(untried).toEqual([
    'REQUEST_PIPELINED',
    'CLIENT_UNTRUSTED',
    // Only of the port of assessments.
    'PROXY_UNTRUSTED',
    'REQUEST_TIMEOUT',
    'INTERNAL',
    'BUSY',
  ]);
});
