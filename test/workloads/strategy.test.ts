import { expect, test } from 'vitest';
import { replacesAll } from '../../src/workloads/strategy.ts';

test('a rollout replaces all pods, unless a partition or OnDelete keeps some', () => {
  expect(replacesAll({ type: 'rolling', partition: 0, surge: false })).toBe(true);
  expect(replacesAll({ type: 'recreate' })).toBe(true);
  expect(replacesAll({ type: 'rolling', partition: 1, surge: false })).toBe(false);
  expect(replacesAll({ type: 'on-delete' })).toBe(false);
});
