import { describe, expect, test } from 'vitest';
import { PER_ROUND } from '../../src/server/arrivals.ts';
import { create, READING, server } from '../kit/serving.ts';

describe('reviews that arrive together', () => {
  test('begin one after another, and networks take turns', async () => {
    const { app } = await server({ deadlineMs: 10_000 });
    const answered: string[] = [];
    const send = async (remoteAddress: string) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/admission/template',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify(create),
        remoteAddress,
      });
      expect(answer.json().response.auditAnnotations.reason).toBe('created');
      answered.push(remoteAddress);
    };
    const crowd = Array.from({ length: 50 }, () => send('192.0.2.1'));
    await Promise.all([...crowd, send('192.0.2.2')]);
    // Its turn is in the second round at the latest.
    expect(answered.indexOf('192.0.2.2')).toBeLessThan(2 * PER_ROUND);
  });

  test('are answered as not checked if their turn does not come in time', async () => {
    // The first review keeps the event loop busy for longer than the others may take.
    let isFirst = true;
    const digest = () => {
      const until = performance.now() + (isFirst ? 150 : 0);
      isFirst = false;
      while (performance.now() < until);
      return Promise.resolve(READING);
    };
    const { post } = await server({ digest, deadlineMs: 100 });
    const [first, ...rest] = await Promise.all([1, 2, 3].map(() => post('/admission/template', create)));
    expect(first?.statusCode).toBe(200);
    const told =
      'lockstep: deployment/web was not checked: lockstep was busy with other reviews for 100 ms: ' +
      'look at its CPU limit and at who calls it';
    for (const answer of rest) {
      const { allowed, warnings, auditAnnotations } = answer.json().response;
      expect({ allowed, warnings }).toEqual({ allowed: true, warnings: [told] });
      expect(auditAnnotations.reason).toBe('deadline_exceeded');
    }
  });
});
