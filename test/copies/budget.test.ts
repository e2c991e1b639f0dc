import { expect, test } from 'vitest';
import { copyBudget, manifestBytes } from '../../src/copies/budget.ts';

const WINDOW = 1_000;
const MOST = 100_000;

test('a namespace gains copies up to the limit, and a small one still fits where a large one does not', () => {
  const budget = copyBudget(WINDOW, MOST);
  expect(budget.take('shop', 60_000, 0)).toBe(true);
  expect(budget.take('shop', 60_000, 1)).toBe(false);
  expect(budget.take('shop', 20_000, 2)).toBe(true);
});

test('many small copies count, too', () => {
  const budget = copyBudget(WINDOW, MOST);
  const made = Array.from({ length: 1_000 }, () => budget.take('shop', 10, 0)).filter(Boolean);
  expect(made.length).toBeGreaterThan(10);
  expect(made.length).toBeLessThan(100);
});

test('what one namespace gains is not charged to another', () => {
  const budget = copyBudget(WINDOW, MOST);
  expect(budget.take('shop', 90_000, 0)).toBe(true);
  expect(budget.take('bank', 90_000, 0)).toBe(true);
});

test('it begins anew when its time is over', () => {
  const budget = copyBudget(WINDOW, MOST);
  expect(budget.take('shop', 90_000, 0)).toBe(true);
  expect(budget.take('shop', 90_000, WINDOW - 1)).toBe(false);
  expect(budget.take('shop', 90_000, WINDOW)).toBe(true);
});

test('a manifest is as long as its bytes, and not as its characters', () => {
  expect(manifestBytes({ a: 'x' })).toBe('{"a":"x"}'.length);
  expect(manifestBytes({ a: '設'.repeat(100) })).toBe('{"a":""}'.length + 300);
});
