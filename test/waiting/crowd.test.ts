import { expect, test } from 'vitest';
import { crowd } from '../../src/waiting/crowd.ts';

class Full extends Error {}

/** A crowd, and somebody inside it who leaves when asked to. */
function made(perOne: number, all: number) {
  const enter = crowd({ perOne, all }, () => new Full());
  return {
    enter: (who: string) => enter(who, async () => who),
    stay(who: string) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      return { inside: enter(who, () => promise), leave: resolve, fail: reject };
    },
  };
}

test('one may be inside so many times, and others still get in', async () => {
  const { enter, stay } = made(2, 10);
  const [first, second] = [stay('a'), stay('a')];
  await expect(enter('a')).rejects.toThrow(Full);
  expect(await enter('b')).toBe('b');
  first.leave();
  await first.inside;
  expect(await enter('a')).toBe('a');
  second.leave();
  await second.inside;
});

test('beyond the limit for all, nobody gets in', async () => {
  const { enter, stay } = made(2, 2);
  const [a, b] = [stay('a'), stay('b')];
  await expect(enter('c')).rejects.toThrow(Full);
  a.leave();
  await a.inside;
  expect(await enter('c')).toBe('c');
  b.leave();
  await b.inside;
});

test('who fails is inside no longer', async () => {
  const { enter, stay } = made(1, 1);
  const a = stay('a');
  a.fail(new Error('broken'));
  await expect(a.inside).rejects.toThrow('broken');
  expect(await enter('a')).toBe('a');
});
