import { expect, test } from 'vitest';
import { nextRest } from '../../src/controller/source-state.ts';

test.each([
  { state: undefined, nowMs: 0, rest: 10 },
  { state: { rolledMs: 0, restMs: 10, isOther: true }, nowMs: 20, rest: 20 },
  { state: { rolledMs: 0, restMs: 10, isOther: false }, nowMs: 20, rest: 10 },
  { state: { rolledMs: 0, restMs: 10, isOther: true }, nowMs: 100, rest: 20 },
  { state: { rolledMs: 0, restMs: 10, isOther: true }, nowMs: 101, rest: 10 },
  { state: { rolledMs: 0, restMs: 80, isOther: true }, nowMs: 160, rest: 160 },
  { state: { rolledMs: 0, restMs: 80, isOther: true }, nowMs: 161, rest: 10 },
  { state: { rolledMs: 0, restMs: 30 * 60_000, isOther: true }, nowMs: 1, rest: 30 * 60_000 },
])('the rest after $state is $rest at $nowMs', ({ state, nowMs, rest }) => {
  expect(nextRest(state, 10, nowMs)).toBe(rest);
});
