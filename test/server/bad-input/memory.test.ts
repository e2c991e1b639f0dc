import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exchange } from '../../kit/raw-http.ts';
import { alteredReview, CREATE, http } from '../../kit/review-requests.ts';
import { type Served, startServed } from '../../kit/served.ts';

let served: Served;
beforeAll(async () => {
  // The heap size that Node chooses in a container of 256 MiB, the chart's limit.
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=128');
  served = await startServed();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
});

const many = (count: number, value: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => value(i)).join(',');
const holding = (unknown: string) => http(alteredReview(CREATE, '"image":"web:1"', `"unknown":${unknown}`));

test.each([
  ['the most objects in 19 MiB', holding(`[${many(6_500_000, () => '{}')}]`), [400, 503]],
  ['the most text allowed', holding(`"${'ĥ'.repeat(9_400_000)}"`), [200, 503]],
  ['the most objects allowed', holding(`[${many(249_000, () => '{}')}]`), [200, 503]],
  ['the most names allowed', holding(`{${many(490_000, (i) => `"k${i.toString(36)}":0`)}}`), [200, 503]],
])(
  '%s, ten times at once, is answered or told to retry, and the process survives',
  async (_name, bytes, statuses) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(served.port, bytes)));
    for (const { status, body } of answers) {
      expect(statuses).toContain(status);
      if (status === 503) expect(JSON.parse(body).code).toBe('BUSY');
    }
    expect(answers.map(({ status }) => status)).toContain(statuses[0]);
    await served.expectHealthy();
  },
  30_000,
);
