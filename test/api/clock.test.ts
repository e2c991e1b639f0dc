import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clusterClock, isWrong } from '../../src/api/clock.ts';

const MINUTE = 60_000;

/** The API server's time, in a world in which our own clock is ahead, and may be set. */
let trueMs = 0;
let aheadMs = 0;
const pass = (ms: number) => {
  trueMs += ms;
  vi.advanceTimersByTime(ms);
};
const set = (ms: number) => {
  aheadMs = ms;
  vi.setSystemTime(trueMs + aheadMs);
};
/** An answer that took this long. The API server reads its clock at its end. */
function answer(clock: ReturnType<typeof clusterClock>, tookMs = 10, itsOwnOffMs = 0): void {
  const sentAt = performance.now();
  pass(tookMs);
  clock.observe(new Date(trueMs + itsOwnOffMs).toUTCString(), sentAt);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  trueMs = Date.parse('2026-11-27T10:00:00.700Z');
  set(0);
});
afterEach(() => vi.useRealTimers());

describe('the clock of the API server', () => {
  test('is our own as long as no answer has told', () => {
    const clock = clusterClock();
    expect([clock.now(), clock.offset(), isWrong(clock)]).toEqual([Date.now(), undefined, false]);
    clock.observe('not a date', performance.now());
    expect(clock.offset()).toBeUndefined();
  });

  test.each([0, 10 * MINUTE, -3 * MINUTE, 400 * 24 * 60 * MINUTE])(
    'is known to a second if ours is %i ms ahead',
    (ms) => {
      set(ms);
      const seen: number[] = [];
      const clock = clusterClock((offset) => seen.push(offset));
      answer(clock);
      pass(5_000);
      expect(Math.abs(clock.now() - trueMs)).toBeLessThan(1_000);
      expect(Math.abs((clock.offset() ?? Number.NaN) - ms)).toBeLessThan(1_000);
      expect(isWrong(clock)).toBe(Math.abs(ms) > 2 * MINUTE);
      expect(seen).toHaveLength(1);
    },
  );

  test('is not misled by a slow answer, or by single ones from another clock', () => {
    const clock = clusterClock();
    answer(clock, 20_000);
    expect(Math.abs(clock.offset() ?? Number.NaN)).toBeLessThan(11_000);
    for (let round = 0; round < 3; round += 1) {
      answer(clock, 100);
      answer(clock, 100);
      answer(clock, 100, 30 * MINUTE);
    }
    expect(Math.abs(clock.offset() ?? Number.NaN)).toBeLessThan(1_000);
  });

  test('follows a clock that was set: ours at once, the API server’s after a few answers', () => {
    const clock = clusterClock();
    answer(clock);
    set(10 * MINUTE);
    expect(clock.offset()).toBeUndefined();
    answer(clock);
    expect(isWrong(clock)).toBe(true);
    set(0);
    answer(clock);
    expect(isWrong(clock)).toBe(false);
    for (let count = 0; count < 9; count += 1) answer(clock, 100, 5 * MINUTE);
    expect(isWrong(clock)).toBe(true);
  });

  test('is told by few of the answers that come in the same second', () => {
    const seen: number[] = [];
    const clock = clusterClock((offset) => seen.push(offset));
    for (let count = 0; count < 250; count += 1) answer(clock, 1);
    expect(seen).toHaveLength(3);
    // At once in the next second, which tells most.
    pass(45);
    answer(clock, 4);
    expect(seen).toHaveLength(3);
    answer(clock, 1);
    expect(seen).toHaveLength(4);
  });

  test('is unknown again after ten minutes without an answer', () => {
    set(5 * MINUTE);
    const clock = clusterClock();
    answer(clock);
    pass(9 * MINUTE);
    expect(isWrong(clock)).toBe(true);
    pass(2 * MINUTE);
    expect([clock.offset(), clock.now()]).toEqual([undefined, Date.now()]);
  });
});
