import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { history, type Sketch } from './hand-made.ts';

function resultOf(sketch: Sketch) {
  const { violations, counts } = check(history(sketch));
  const exempt = Object.fromEntries(counts.get('Comes to rest')?.exempt ?? []);
  return { violated: violations.map(({ invariant }) => invariant), exempt };
}

const VIOLATED = { violated: ['Comes to rest'], exempt: {} };
const EXEMPT = { violated: [], exempt: { 'its deployment’s controller waits for a scale that is over': 1 } };

/** A Deployment of four pods got another image, and its rollout did not end. */
const stuck = (sets: Sketch['sets'] = {}): Sketch => ({
  app: { 1: 'a' },
  web: { 10: { of: 'a', image: 'web:0', replicas: 4 }, 12: { of: 'a', replicas: 4 } },
  sets,
  unrest: 'web stands at 3 of 4',
});
const old = (replicas: number, desired?: number) => ({
  'web-1': { 11: { of: 'a', image: 'web:0', replicas, desired } },
});

describe('Comes to rest', () => {
  test('is violated by a rollout without end', () => {
    expect(resultOf({ app: { 1: 'a' }, web: { 10: { of: 'a' } }, unrest: 'web stands at 3 of 4' })).toEqual(
      VIOLATED,
    );
  });

  test.each([
    ['nothing has pods', {}],
    ['the old ReplicaSet notes no size', old(4)],
    ['the old ReplicaSet notes the present size', old(4, 4)],
    ['the old ReplicaSet has another size than the Deployment', old(3, 8)],
    ['the new ReplicaSet has pods, too', { ...old(4, 8), 'web-2': { 13: { of: 'a', replicas: 1 } } }],
  ])('is violated if %s', (_what, sets) => {
    expect(resultOf(stuck(sets))).toEqual(VIOLATED);
  });

  test('is exempt if the Deployment controller waits for a scale that is over', () => {
    expect(resultOf(stuck(old(4, 8)))).toEqual(EXEMPT);
  });

  test('is not exempt while nothing is left to roll', () => {
    expect(resultOf(stuck({ 'web-1': { 13: { of: 'a', replicas: 4, desired: 8 } } }))).toEqual(VIOLATED);
  });
});
