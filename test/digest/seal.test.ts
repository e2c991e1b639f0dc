import { expect, test } from 'vitest';
import { isSeal, sealOf } from '../../src/digest/seal.ts';

test('a seal tells full digests apart that begin alike, and does not show them', () => {
  const [one, other] = [`${'0'.repeat(63)}1`, `${'0'.repeat(63)}2`];
  expect(sealOf(one)).not.toBe(sealOf(other));
  expect(sealOf(one)).not.toContain('0'.repeat(8));
  for (const digest of [one, other, `01234567-${one}`]) expect(isSeal(sealOf(digest))).toBe(true);
});

test('a seal is the same in every release', () => {
  expect(sealOf('a'.repeat(64))).toBe('ace6c818c6b2a74d2130fce8456c9308');
});

test.each(['', 'app', 'a'.repeat(31), 'a'.repeat(33), 'A'.repeat(32), 'g'.repeat(32)])(
  'this is no seal: %j',
  (text) => {
    expect(isSeal(text)).toBe(false);
  },
);
