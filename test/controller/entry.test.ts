import { expect, test } from 'vitest';
import { newEntry, pendingOf, takesPlace } from '../../src/controller/entry.ts';
import { memberOf, S, T } from './given.ts';

const entry = () => newEntry(memberOf('a', { sources: [S, T] }));
const rolling = { sinceMs: 0, moved: [S], contents: new Map(), hadFailed: false };

test('a place is taken by a write, by its rollout, and by one that may have begun', () => {
  expect(takesPlace(entry())).toBe(false);
  expect(takesPlace({ ...entry(), phase: { at: 'waiting', sinceMs: 0 } })).toBe(false);
  expect(takesPlace({ ...entry(), phase: { at: 'bringing' } })).toBe(true);
  expect(takesPlace({ ...entry(), rolling })).toBe(true);
  expect(takesPlace({ ...entry(), tried: { atMs: 0, sources: [S], outdated: false } })).toBe(true);
});

test('until a look has shown what has moved, it may be any source', () => {
  expect(pendingOf({ ...entry(), rolling })).toEqual([]);
  expect(pendingOf({ ...entry(), phase: { at: 'judging' }, moved: [S] })).toEqual([S, T]);
  expect(pendingOf({ ...entry(), phase: { at: 'waiting', sinceMs: 0 }, moved: [S] })).toEqual([S]);
  expect(pendingOf({ ...entry(), phase: { at: 'bringing' }, moved: [S] })).toEqual([]);
});
