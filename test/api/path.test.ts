import { expect, test } from 'vitest';
import { segment } from '../../src/api/path.ts';

test.each([
  ['app', 'app'],
  ['../secrets', '..%2Fsecrets'],
  ['a?b#c', 'a%3Fb%23c'],
  // Half of a surrogate pair becomes U+FFFD.
  ['a\ud800', 'a%EF%BF%BD'],
])('the name %j stays one segment of a path', (name, expected) => {
  expect(segment(name)).toBe(expected);
});
