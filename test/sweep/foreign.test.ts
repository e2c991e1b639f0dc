import { expect, test } from 'vitest';
import { foreignObjects } from '../../src/sweep/foreign.ts';

test('an object is news once, also over rounds', () => {
  const first = foreignObjects(new Set());
  expect([first.meet('a'), first.meet('a'), first.meetAgain('a'), first.meetAgain('b')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  const second = foreignObjects(first.remembered(true));
  expect([second.meet('a'), second.meet('b')]).toEqual([false, true]);
});

test('an object that is gone is forgotten, but not after a round that did not see everything', () => {
  const all = foreignObjects(new Set(['a', 'b']));
  all.meet('a');
  expect([...all.remembered(true)]).toEqual(['a']);
  expect([...all.remembered(false)]).toEqual(['a', 'b']);
});

test('any number of objects takes a bounded memory, and is reported up to a bound', () => {
  let remembered: ReadonlySet<string> = new Set();
  let news = 0;
  for (let round = 0; round < 3; round += 1) {
    const foreign = foreignObjects(remembered);
    for (let i = 0; i < 5_000; i += 1) if (foreign.meet(`uid-${i}`)) news += 1;
    remembered = foreign.remembered(round > 0);
    expect(remembered.size).toBe(1_000);
  }
  expect(news).toBe(1_000);
});
