import { expect, test } from 'vitest';
import { ageOf } from '../../../src/kubectl/printing/age.ts';

const [M, H, D] = [60, 3_600, 86_400];

test.each([
  [0, '0s'],
  [-3, '0s'],
  [119, '119s'],
  [2 * M, '2m'],
  [130, '2m10s'],
  [10 * M, '10m'],
  [179 * M, '179m'],
  [3 * H + 5 * M, '3h5m'],
  [47 * H, '47h'],
  [2 * D, '2d'],
  [3 * D + 4 * H, '3d4h'],
  [9 * D, '9d'],
  [3 * 365 * D + D, '3y1d'],
  [9 * 365 * D, '9y'],
])('%i seconds are %s', (seconds, text) => {
  expect(ageOf(1_000, 1_000 + seconds * 1_000)).toBe(text);
});

test('what has no time has no age', () => {
  expect(ageOf(Number.NaN, 0)).toBe('<unknown>');
});
