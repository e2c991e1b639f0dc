import { describe, expect, test } from 'vitest';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { bodyBudget } from '../../src/server/body-budget.ts';
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

describe('the budget', () => {
  const MIB = 1024 * 1024;

  test('gives up the oldest body that is still arriving, and none that has arrived', () => {
    const budget = bodyBudget();
    const givenUp: string[] = [];
    const open = (name: string) => budget.open(() => givenUp.push(name));
    const [arrived, first, second, third] = ['arrived', 'first', 'second', 'third'].map(open);
    arrived?.resize(20 * MIB);
    arrived?.complete();
    first?.resize(20 * MIB);
    second?.resize(20 * MIB);
    third?.resize(10 * MIB);
    expect(givenUp).toEqual(['first']);
    third?.complete();
    // What a body takes while it is parsed comes on top.
    arrived?.resize(50 * MIB);
    expect(givenUp).toEqual(['first', 'second']);
    expect(() => arrived?.resize(60 * MIB)).toThrow('busy');
  });

  test('gives up a body for itself if there is no older one', () => {
    const budget = bodyBudget();
    const charge = budget.open(() => expect.fail('it asks itself'));
    charge.resize(50 * MIB);
    expect(() => charge.resize(70 * MIB)).toThrow('busy');
    charge.release();
    budget.open(() => undefined).resize(60 * MIB);
  });

  test('does not count small bodies, however many there are', () => {
    const budget = bodyBudget();
    const charges = Array.from({ length: 1000 }, () => budget.open(() => expect.fail('it is small')));
    for (const charge of charges) charge.resize(192 * 1024);
    budget.open(() => undefined).resize(64 * MIB);
  });
});
