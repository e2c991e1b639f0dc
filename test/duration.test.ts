import { expect, test } from 'vitest';
import { goDuration } from '../src/duration.ts';

test('a duration in the notation of Go is parsed into milliseconds', () => {
  expect(goDuration('1m0s')).toBe(60_000);
  expect(goDuration('1.5s')).toBe(1500);
  expect(goDuration('5')).toBeUndefined();
});
