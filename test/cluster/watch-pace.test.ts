import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Ending, faultsInARow, WATCH_TIMES, waitMs } from '../../src/cluster/watch-pace.ts';

const ENDED: Ending = { kind: 'ended', quietMs: 0 };
const FAILED: Ending = { kind: 'failed', error: new Error('cut') };
const wait = (ending: Ending, faults: number) => waitMs(ending, faults, WATCH_TIMES);
const faultsAfter = (faults: number, ending: Ending, livedMs: number) =>
  faultsInARow(faults, ending, livedMs, WATCH_TIMES);

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe('faults in a row', () => {
  test('grow with each, and end after a calm time', () => {
    expect(faultsAfter(3, FAILED, 29_999)).toBe(4);
    expect(faultsAfter(3, FAILED, 30_000)).toBe(1);
  });
  test('end when the API server ends a watch after its time, but not at once', () => {
    expect(faultsAfter(3, ENDED, 1_000)).toBe(0);
    expect(faultsAfter(3, ENDED, 999)).toBe(4);
  });
  test('end when a watch is silent, which may only mean that nothing has changed', () => {
    expect(faultsAfter(3, { ...FAILED, kind: 'silent' }, 150_000)).toBe(0);
  });
  test('are not made by an API server that is older', () => {
    expect(faultsAfter(0, { kind: 'unsupported' }, 5)).toBe(0);
  });
});

describe('the wait before a watch begins again', () => {
  test('is none after a regular end', () => {
    expect(wait(ENDED, 0)).toBe(0);
  });
  test('doubles with each fault, up to half a minute', () => {
    expect([1, 2, 3, 6, 100].map((faults) => wait(FAILED, faults))).toEqual([
      800, 1600, 3200, 25_600, 30_000,
    ]);
    expect(wait({ kind: 'expired' }, 2)).toBe(1600);
  });
  test('is what the API server asks for, if that is more, up to five minutes', () => {
    const asking = (retryAfterMs: number): Ending => ({ ...FAILED, retryAfterMs });
    expect(wait(asking(100), 1)).toBe(800);
    expect(wait(asking(7_000), 1)).toBe(7_000);
    expect(wait(asking(1e12), 1)).toBe(300_000);
  });
  test('is a minute for what a person has to change', () => {
    expect(wait({ kind: 'absent' }, 1)).toBe(60_000);
    expect(wait({ ...FAILED, kind: 'forbidden' }, 1)).toBe(60_000);
  });
  test('is spread', () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    expect(wait(FAILED, 1)).toBe(1_200);
    expect(wait({ ...FAILED, retryAfterMs: 7_000 }, 1)).toBe(7_400);
  });
});
