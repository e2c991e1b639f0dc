import { expect, test } from 'vitest';
import { keyChanges } from '../../../src/kubectl/diff/changes.ts';

test('keys that were added, removed and changed, with their sizes in bytes', () => {
  const before = { data: { a: '1', b: 'ü', same: 'x' }, binaryData: { c: 'AQID' } };
  const now = { data: { a: '22', same: 'x', c: '\u0001\u0002\u0003' }, binaryData: { d: 'AQ==' } };
  expect(keyChanges(before, now)).toEqual([
    { key: 'a', change: 'changed', bytesBefore: 1, bytesNow: 2 },
    { key: 'b', change: 'removed', bytesBefore: 2 },
    { key: 'c', change: 'changed', bytesBefore: 3, bytesNow: 3 },
    { key: 'd', change: 'added', bytesNow: 1 },
  ]);
});
