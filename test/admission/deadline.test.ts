import { expect, test } from 'vitest';
import { reviewBudget } from '../../src/admission/deadline.ts';

test('the time for a review is the deadline or the API server’s timeout, whichever is shorter, less the way back', () => {
  expect(reviewBudget(4000, undefined)).toBe(4000);
  expect(reviewBudget(4000, '10s')).toBe(4000);
  expect(reviewBudget(4000, '1s')).toBe(800);
  expect(reviewBudget(30_000, '10s')).toBe(9000);
  expect(reviewBudget(4000, 'soon')).toBe(4000);
});

test('there is always some time, and always whole milliseconds', () => {
  expect(reviewBudget(4000, '100ms')).toBe(1);
  expect(reviewBudget(4000, '0s')).toBe(1);
  expect(reviewBudget(4000, '3.3333s')).toBe(2999);
  expect(reviewBudget(30_000, '3.337s')).toBe(3003);
  expect(reviewBudget(4000, `${'9'.repeat(400)}s`)).toBe(4000);
});
