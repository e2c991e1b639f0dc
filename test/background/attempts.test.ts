import { expect, test } from 'vitest';
import { attempts } from '../../src/background/attempts.ts';

const failing = () => Promise.reject(new Error('no answer'));

test('a part of a round that fails is reported, and the others go on', async () => {
  const seen: unknown[] = [];
  const attempt = attempts(new AbortController().signal, (error) => seen.push(error));
  expect(await attempt(failing)).toBeUndefined();
  expect(await attempt(async () => 7)).toBe(7);
  expect(seen).toEqual([new Error('no answer')]);
});

test('after the abort nothing is done, and what it made fail is no error', async () => {
  const [seen, closing] = [[] as unknown[], new AbortController()];
  const attempt = attempts(closing.signal, (error) => seen.push(error));
  const interrupted = attempt(async () => {
    closing.abort();
    return failing();
  });
  expect(await interrupted).toBeUndefined();
  expect(await attempt(async () => seen.push('done'))).toBeUndefined();
  expect(seen).toEqual([]);
});
