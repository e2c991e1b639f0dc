import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { turns } from '../../src/api/turns.ts';

test('the event loop goes round between two turns', async () => {
  const nextTurn = turns();
  const seen: string[] = [];
  const callers = ['a', 'b', 'c'].map(async (name) => {
    await nextTurn();
    seen.push(name);
  });
  const others = (async () => {
    for (let round = 0; round < 6; round += 1) {
      await setImmediate();
      seen.push('-');
    }
  })();
  await Promise.all([...callers, others]);
  expect(seen.join('')).toMatch(/^-?a-+b-+c/);
});
