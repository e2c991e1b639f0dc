import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';
import type { Call } from './history.ts';

const patch = { by: 'lockstep' } as const;
const status = { by: 'other', subresource: 'status' } as const;
const conflict: Partial<Call> = {
  subresource: 'scale',
  asksFor: 10,
  succeeded: false,
  conflict: true,
  version: undefined,
};

/** A scale that asks for version 10 and meets a conflict, and the writes meanwhile, at 25 and 26. */
const refused = (first: Partial<Call>, then: Partial<Call>, more: Partial<Sketch> = {}): Sketch => ({
  app: { 1: 'a', 20: 'b' },
  web: { 10: { of: 'a' }, 25: { of: 'b' }, 26: { of: 'b' } },
  calls: [call(21, 30, conflict), call(24, 25, first), call(25, 26, then)],
  alone: true,
  ...more,
});

function resultOf(sketch: Sketch) {
  const { violations, counts } = check(history(sketch));
  const exempt = Object.fromEntries(counts.get('Never in the way')?.exempt ?? []);
  return { violated: violations.map(({ invariant }) => invariant), exempt };
}

describe('Never in the way', () => {
  test('is violated by a conflict with nothing but what lockstep has written, and the status after it', () => {
    expect(resultOf(refused(patch, status))).toEqual({ violated: ['Never in the way'], exempt: {} });
  });

  test.each([
    ['a label', patch, {}],
    ['a status before it', status, patch],
  ])('is not violated by a conflict with %s', (_what, first, then) => {
    const counted = { 'somebody else wrote in between': 1 };
    expect(resultOf(refused(first, then))).toEqual({ violated: [], exempt: counted });
  });

  test('is not violated if two replicas answer, or lockstep could not be called', () => {
    expect(resultOf(refused(patch, status, { alone: false })).exempt).toEqual({
      'another replica may have answered': 1,
    });
    const unchecked = refused(patch, status);
    const [first, ...others] = unchecked.calls ?? [];
    const calls = [{ ...(first ?? call(21, 30)), unchecked: true }, ...others];
    expect(resultOf({ ...unchecked, calls, kills: [22] }).exempt).toEqual({
      'not checked: a replica was killed': 1,
    });
  });
});
