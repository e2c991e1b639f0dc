import { expect, test } from 'vitest';
import { warningsIn } from '../../src/api/warnings.ts';

test('warnings of the API server are read from one header or several, with what they quote', () => {
  expect(warningsIn(undefined)).toEqual([]);
  expect(warningsIn('299 - "deployment/web is held"')).toEqual(['deployment/web is held']);
  expect(warningsIn('299 - "one, two", 299 - "say \\"three\\" \\\\"')).toEqual([
    'one, two',
    'say "three" \\',
  ]);
  expect(warningsIn(['299 - "a"', '299 k8s "b" "Sat, 25 Aug 2012 23:34:45 GMT"'])).toEqual(['a', 'b']);
});

test('other codes, and what is no warning, count as none', () => {
  expect(warningsIn('110 proxy "Response is stale"')).toEqual([]);
  expect(warningsIn('299 - unquoted')).toEqual([]);
  expect(warningsIn('299 - "never ends')).toEqual([]);
});
