import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { turns } from '../../src/waiting/turns.ts';

const never = new AbortController().signal;

test('the event loop goes round between two turns, and keys take turns', async () => {
  const { take } = turns();
  const seen: string[] = [];
  const others = (async () => {
    for (let round = 0; round < 8; round += 1) {
      await setImmediate();
      seen.push('-');
    }
  })();
  const callers = ['a1', 'a2', 'a3', 'b1'].map(async (name) => {
    await take(name.slice(0, 1), never);
    seen.push(name);
  });
  await Promise.all([...callers, others]);
  expect(seen.join('')).toMatch(/^a1-+a2-+b1-+a3-*$/);
});

test('who leaves gets no turn, and the next one does', async () => {
  const { take } = turns();
  const left = new AbortController();
  const first = take('a', never);
  const leaver = take('a', left.signal);
  const last = take('a', never);
  left.abort(new Error('left'));
  await expect(leaver).rejects.toThrow('left');
  await Promise.all([first, last]);
});
