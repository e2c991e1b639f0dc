import { describe, expect, test } from 'vitest';
import { byteCache } from '../../src/cluster/cache.ts';

const MIB = 1024 * 1024;

describe('a cache with a limit in bytes', () => {
  test('keeps none of its keys: 60 reviews of 5,000 long names leave less than their limit', () => {
    const cache = byteCache<{ text: string }>(10 * MIB, ({ text }) => text.length);
    const keys = Array.from({ length: 60 }, (_, review) => `${review}`.repeat(MIB));
    for (const key of keys) cache.set(key, { text: 'a'.repeat(64) });
    for (const key of keys) expect(cache.get(key)).toEqual({ text: 'a'.repeat(64) });
    expect(cache.size).toBeLessThan(60 * 1024);
  });

  test('forgets what was not used for longest', () => {
    const cache = byteCache<{ text: string }>(10_000, ({ text }) => text.length);
    for (const key of ['a', 'b', 'c']) cache.set(key, { text: 'x'.repeat(1_000) });
    cache.get('a');
    for (const key of ['d', 'e']) cache.set(key, { text: 'x'.repeat(1_000) });
    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd', 'e']);
    expect(cache.size).toBeLessThanOrEqual(10_000);
  });

  test('keeps nothing that is larger than the whole', () => {
    const cache = byteCache<{ text: string }>(10_000, ({ text }) => text.length);
    cache.set('a', { text: 'x'.repeat(20_000) });
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});
