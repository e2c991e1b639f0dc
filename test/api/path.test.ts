import { expect, test } from 'vitest';
import { namespaceOf, segment } from '../../src/api/path.ts';

test.each([
  ['app', 'app'],
  ['../secrets', '..%2Fsecrets'],
  ['a?b#c', 'a%3Fb%23c'],
  // Half of a surrogate pair becomes U+FFFD.
  ['a\ud800', 'a%EF%BF%BD'],
])('the name %j stays one segment of a path', (name, expected) => {
  expect(segment(name)).toBe(expected);
});

test.each([
  ['/api/v1/namespaces/a/configmaps/b?x=/namespaces/c', 'a'],
  ['/api/v1/namespaces/a', 'a'],
  ['/api/v1/configmaps?limit=1', ''],
])('the path %s lies in the namespace %j', (path, expected) => {
  expect(namespaceOf(path)).toBe(expected);
});
