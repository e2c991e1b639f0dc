import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../src/references/pattern.ts';

describe('patterns', () => {
  test.each([
    ['app', 'app', true],
    ['app', 'apps', false],
    ['*', '', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*.crt', 'ca.crt', true],
    ['log.*', 'logs', false],
    ['*ab*ab', 'xab', false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matcherOf([pattern]).matches(text)).toBe(expected);
  });

  test('match like the regular expression that they stand for', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (of, on) => {
        const regExp = new RegExp(`^${of.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matcherOf([of]).matches(on)).toBe(regExp.test(on));
      }),
      { numRuns: 2000 },
    );
  });

  test('match a text together if one of them does', () => {
    const { matches, cost } = matcherOf(['app', 'a*b', '*.crt', 'a*b']);
    expect(['app', 'a-b', 'ca.crt', 'apps', 'a-c'].map(matches)).toEqual([true, true, true, false, false]);
    // Of each pattern with a star its pieces, and each pattern once.
    expect(cost).toBe(4);
    expect(matcherOf(['app', 'db']).cost).toBe(0);
  });
});
