import { expect, test } from 'vitest';
import { type EventBudget, eventBudget } from '../../src/telemetry/event-budget.ts';

/** So many of these may be recorded. */
const taken = (budget: EventBudget, times: number, namespace: string, object: (i: number) => string) =>
  Array.from({ length: times }, (_, i) => budget.take(namespace, object(i))).filter(Boolean).length;

test('an object gets 25 Events at once, and one more every five minutes', () => {
  let nowMs = 0;
  const budget = eventBudget(() => nowMs);
  expect(taken(budget, 100, 'n', () => 'web')).toBe(25);
  nowMs = 299_999;
  expect(budget.take('n', 'web')).toBe(false);
  nowMs = 300_000;
  expect(taken(budget, 2, 'n', () => 'web')).toBe(1);
  // A refusal does not put off the next one.
  nowMs = 599_999;
  expect(budget.take('n', 'web')).toBe(false);
  nowMs = 600_000;
  expect(budget.take('n', 'web')).toBe(true);
});

test('a namespace gets 200 for all of its objects, and one more each second; others have their own', () => {
  let nowMs = 0;
  const budget = eventBudget(() => nowMs);
  expect(taken(budget, 500, 'n', (i) => `web-${i}`)).toBe(200);
  expect(budget.take('other', 'web')).toBe(true);
  nowMs = 10_000;
  expect(taken(budget, 500, 'n', (i) => `more-${i}`)).toBe(10);
});

test('an object that may record no more takes nothing from its namespace', () => {
  const budget = eventBudget(() => 0);
  taken(budget, 10_000, 'n', () => 'loud');
  expect(taken(budget, 500, 'n', (i) => `web-${i}`)).toBe(175);
});
