import { expect, test } from 'vitest';
import { newEntry } from '../../src/controller/entry.ts';
import { settle } from '../../src/controller/settle.ts';
import { memberOf, S } from './given.ts';

const PACE = { settleMostMs: 60_000 };
const entry = () => newEntry(memberOf('a', { settleMs: 5000 }));

test('each edit begins the wait anew, up to a minute after the first', () => {
  const of = entry();
  settle(PACE, of, 0);
  expect(of).toMatchObject({ cause: 'edit', phase: { at: 'settling', sinceMs: 0, untilMs: 5000 } });
  settle(PACE, of, 4000);
  expect(of.phase).toMatchObject({ untilMs: 9000 });
  settle(PACE, of, 58_000);
  expect(of.phase).toMatchObject({ untilMs: 60_000 });
});

test('a workload may settle longer than all others', () => {
  const of = newEntry(memberOf('a', { settleMs: 90_000 }));
  settle(PACE, of, 0);
  expect(of.phase).toMatchObject({ untilMs: 90_000 });
});

test('an edit during a look or a write is remembered', () => {
  const of = { ...entry(), phase: { at: 'judging' } as const };
  settle(PACE, of, 7);
  expect(of).toMatchObject({ phase: { at: 'judging' }, editedMs: 7 });
});

test('after an edit, a look cannot tell what has become of a lost write', () => {
  const of = { ...entry(), tried: { atMs: 0, sources: [S], outdated: false } };
  settle(PACE, of, 7);
  expect(of.tried.outdated).toBe(true);
});
