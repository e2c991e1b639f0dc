import { expect, test } from 'vitest';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { deployment } from '../kit/deployments.ts';
import { create, READING, review, server } from '../kit/serving.ts';

/** A review of less than a MiB that takes about 30 MiB when it is parsed. */
const large = review({
  uid: 'large',
  namespace: 'n',
  operation: 'CREATE',
  object: { ...deployment({}), unknown: Array.from({ length: 249_000 }, () => ({})) },
});

test('large reviews that do not fit into memory together are told to retry; small ones are still answered', async () => {
  let begun = 0;
  let held = Promise.withResolvers<SourceReading>();
  const { post } = await server({
    deadlineMs: 30_000,
    digest: () => {
      begun += 1;
      return held.promise;
    },
  });
  const underWay = [1, 2].map(() => post('/admission/template', large));
  await expect.poll(() => begun).toBe(2);
  const refused = await post('/admission/template', large);
  expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([
    503,
    'BUSY',
    '1',
  ]);
  const small = post('/admission/template', create);
  await expect.poll(() => begun).toBe(3);
  held.resolve(READING);
  for (const answer of await Promise.all([...underWay, small])) expect(answer.statusCode).toBe(200);
  held = Promise.withResolvers();
  held.resolve(READING);
  expect((await post('/admission/template', large)).statusCode).toBe(200);
}, 30_000);
