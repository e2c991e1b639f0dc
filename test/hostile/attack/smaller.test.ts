import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attackOf, attacks, FAMILY_NAMES } from './families.ts';
import { smallerAttacks } from './smaller.ts';
import { type Attack, sizeOf } from './steps.ts';

const bytes = (attack: Attack) => JSON.stringify(attack).length;

describe('a smaller attack', () => {
  test('has no more steps and no longer text, and is another one', () => {
    fc.assert(
      fc.property(attacks(FAMILY_NAMES), (attack) => {
        for (const smaller of smallerAttacks(attack)) {
          expect(sizeOf(smaller)).toBeLessThanOrEqual(sizeOf(attack));
          expect(bytes(smaller)).toBeLessThanOrEqual(bytes(attack));
          expect(smaller).not.toEqual(attack);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is each step alone, before all others', () => {
    const attack = attackOf(1, 0, FAMILY_NAMES);
    const steps = attack.tenants.flat();
    expect(steps.length).toBeGreaterThan(1);
    expect(smallerAttacks(attack).slice(0, steps.length)).toEqual(
      steps.map((step) => ({ ...attack, tenants: [[step]] })),
    );
  });

  test('exists until one plain step is left', () => {
    let attack: Attack | undefined = attackOf(1, 0, ['marks']);
    let last = attack;
    for (; attack; attack = smallerAttacks(attack)[0]) last = attack;
    expect(sizeOf(last)).toBe(1);
    expect(bytes(last)).toBeLessThan(400);
  });
});

test('the attack of a case follows from the seed and its number', () => {
  expect(attackOf(7, 3, FAMILY_NAMES)).toEqual(attackOf(7, 3, FAMILY_NAMES));
  expect(attackOf(7, 3, FAMILY_NAMES)).not.toEqual(attackOf(7, 4, FAMILY_NAMES));
});
