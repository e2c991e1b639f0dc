import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';

const violated = (sketch: Sketch) => check(history(sketch)).violations.map(({ invariant }) => invariant);

describe('Checked', () => {
  const sketch = (kills: number[]): Sketch => ({
    app: { 1: 'a' },
    web: { 10: { of: 'a' }, 3000030: { of: 'a' } },
    calls: [call(3_000_000, 3_000_030, { unchecked: true })],
    kills,
  });

  test('is violated by a call that did not reach lockstep while no replica was killed', () => {
    expect(violated(sketch([]))).toEqual(['Checked']);
    expect(violated(sketch([100]))).toEqual(['Checked']);
    expect(violated(sketch([3_000_031]))).toEqual(['Checked']);
  });

  test('is not violated around a kill', () => {
    expect(violated(sketch([3_000_010]))).toEqual([]);
    expect(violated(sketch([2_500_000]))).toEqual([]);
  });
});
