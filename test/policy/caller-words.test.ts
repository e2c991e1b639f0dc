import { expect, test } from 'vitest';
import { callerWords } from '../../src/policy/caller-words.ts';

const does = 'scaling deployment/web from 2 to 5';

test('a call is told by who makes it and what it does', () => {
  expect(callerWords({ user: 'alice', does })).toBe(' (by alice scaling deployment/web from 2 to 5)');
  expect(callerWords({ user: undefined, does })).toBe(' (by scaling deployment/web from 2 to 5)');
});

test('a user name takes one line, and no more of it than the longest of a ServiceAccount', () => {
  expect(callerWords({ user: 'a\n\u001b[31mb\u202e', does })).toBe(` (by a??[31mb? ${does})`);
  expect(callerWords({ user: 'a'.repeat(5_000), does }).length).toBeLessThan(400);
});
