import { expect, test } from 'vitest';
import { createPasses, inTurn } from '../../src/controller/passes.ts';
import { memberOf } from './given.ts';

const keys = Array.from({ length: 40 }, (_, i) => `w${i}`);

test('the first pass looks at twenty workloads a second, and each later one takes its time', () => {
  const passes = createPasses(() => keys, 60_000, 0);
  expect(passes.due(0)).toEqual([]);
  expect(passes.due(1000)).toEqual(keys.slice(0, 20));
  expect(passes.due(5000)).toEqual(keys.slice(20));
  expect(passes.due(59_999)).toEqual([]);
  expect(passes.due(60_000)).toEqual([]);
  expect(passes.due(90_000)).toEqual(keys.slice(0, 20));
});

test('each pass is over the workloads that there are when it begins', () => {
  let now = ['a'];
  const passes = createPasses(() => now, 60_000, 0);
  now = ['b'];
  expect([passes.due(60_000), passes.due(120_000)]).toEqual([['a'], ['b']]);
});

test('those that go first are looked at first', () => {
  const members = [memberOf('a'), memberOf('b', { first: true }), memberOf('c')];
  expect(inTurn(members).map(({ key }) => key)).toEqual(['b', 'a', 'c']);
});
