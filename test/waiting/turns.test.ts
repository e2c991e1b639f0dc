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

test('some callers share a round, unless one of them wants all of what is left of it', async () => {
  const { take, takeFree } = turns(3);
  const seen: string[] = [];
  const others = (async () => {
    for (let round = 0; round < 8; round += 1) {
      await setImmediate();
      seen.push('-');
    }
  })();
  const callers = ['1', 'whole', '2', '3', '4', '5'].map(async (name) => {
    await take('a', never, name === 'whole');
    seen.push(name);
  });
  expect(takeFree()).toBe(false);
  await Promise.all([...callers, others]);
  expect(seen.join(' ')).toMatch(/^1( -)+ whole( -)+ 2 3 4( -)+ 5( -)+$/);
  expect([takeFree(), takeFree(true), takeFree()]).toEqual([true, true, false]);
});

test('callers whose work is long get one turn in a round, although more may share it', async () => {
  const { take } = turns(3);
  const seen: string[] = [];
  const others = (async () => {
    for (let round = 0; round < 8; round += 1) {
      await setImmediate();
      seen.push('-');
    }
  })();
  const callers = ['1', '2', '3', '4'].map(async (name) => {
    await take('a', never);
    seen.push(name);
    const until = performance.now() + 2;
    while (performance.now() < until);
  });
  await Promise.all([...callers, others]);
  expect(seen.join(' ')).toMatch(/^1( -)+ 2( -)+ 3( -)+ 4( -)+$/);
});

test('a long turn ends its round', async () => {
  const { take, takeFree } = turns(3);
  await take('a', never);
  const until = performance.now() + 2;
  while (performance.now() < until);
  expect(takeFree()).toBe(false);
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
