import { expect, test } from 'vitest';
import { logLimit } from '../../src/telemetry/log-limit.ts';

test('so many lines of a kind go into the log, and the first one of the next minute tells how many did not', () => {
  const turn = logLimit(2, 1_000);
  expect([0, 1, 2, 3].map((ms) => turn('a', ms).logs)).toEqual([true, true, false, false]);
  expect(turn('a', 1_000)).toEqual({ logs: true, omitted: 2 });
  expect(turn('a', 1_001)).toEqual({ logs: true, omitted: 0 });
});

test('lines of another kind do not count', () => {
  const turn = logLimit(1, 1_000);
  turn('a', 0);
  expect(turn('a', 1).logs).toBe(false);
  expect(turn('b', 2)).toEqual({ logs: true, omitted: 0 });
});
