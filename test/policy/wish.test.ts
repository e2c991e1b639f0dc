import { expect, test } from 'vitest';
import { partsOf } from '../../src/policy/wish.ts';

test('a list of a peer has commas, and perhaps white space around them', () => {
  expect(partsOf('app, db,,\n flags ')).toEqual(['app', 'db', 'flags']);
  expect(partsOf('')).toEqual([]);
});
