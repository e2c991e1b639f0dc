import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf, remainingReferences } from '../../src/references/pattern.ts';
import type { Reference } from '../../src/references/references.ts';

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

  const reference: Reference = {
    kind: 'configmap',
    name: 'app',
    keys: 'all',
    except: [],
    via: 'env',
    optional: false,
    needed: [],
    where: 'x',
  };
  const named: Reference = { ...reference, keys: ['a', 'log.level'] };
  const ignoring = (name: string, key?: string) => [{ kind: 'configmap', name, key } as const];

  test('remove a source, or keys of it', () => {
    expect(remainingReferences([reference, named], ignoring('a*'))).toEqual([]);
    expect(remainingReferences([reference, named], ignoring('other'))).toEqual([reference, named]);
    expect(remainingReferences([named], ignoring('app', 'log.*'))).toEqual([{ ...named, keys: ['a'] }]);
    expect(remainingReferences([named], ignoring('app', '*'))).toEqual([]);
    expect(remainingReferences([reference], ignoring('app', 'log.*'))).toEqual([
      { ...reference, except: ['log.*'] },
    ]);
    expect(remainingReferences([{ ...reference, kind: 'secret' }], ignoring('app'))).toHaveLength(1);
  });

  test('add up for one source: exact ones, and those with a star', () => {
    const patterns = [...ignoring('app', 'a'), ...ignoring('*', 'log.*'), ...ignoring('a*p', 'a')];
    expect(remainingReferences([named, reference], patterns)).toEqual([
      { ...reference, except: ['a', 'log.*', 'a'] },
    ]);
    const other = { ...named, name: 'other' };
    expect(remainingReferences([other], patterns)).toEqual([{ ...other, keys: ['a'] }]);
    // A name may hold a slash, because nobody checks it.
    const odd = { ...named, name: 'a/p' };
    expect(remainingReferences([odd], ignoring('a*p'))).toEqual([]);
  });

  describe('with stars', () => {
    const starred = (count: number, key: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => ({ kind: 'configmap', name: 'a*', key: key(i) }) as const);
    const many = (count: number, sources: number): Reference[] =>
      Array.from({ length: count }, (_, i) => ({ ...reference, name: `a${i % sources}`, keys: [`k${i}`] }));

    test('are too many if they take too many comparisons with all references together', () => {
      const tooMany = expect.objectContaining({ code: 'WORKLOAD_TOO_LARGE' });
      const patterns = starred(100, (i) => `*a${i}*`);
      expect(() => remainingReferences(many(5_000, 1), patterns)).toThrow(tooMany);
      expect(() => remainingReferences(many(5_000, 1_000), patterns)).toThrow(tooMany);
      const names = Array.from(
        { length: 1_000 },
        (_, i) => ({ kind: 'configmap', name: `*${i}*`, key: undefined }) as const,
      );
      expect(() => remainingReferences(many(1_000, 1_000), names)).toThrow(tooMany);
    });

    test('are not too many in a large workload', () => {
      const patterns = starred(100, (i) => `*.log${i}`);
      expect(remainingReferences(many(4_900, 1_000), patterns)).toHaveLength(4_900);
    });

    test('cost nothing if they have none: any number of names and keys is looked up', () => {
      const patterns = starred(50_000, (i) => `k${i}`).map((each) => ({ ...each, name: 'a0' }));
      expect(remainingReferences(many(5_000, 1), patterns)).toEqual([]);
    });
  });

  test('keep a reference that uses no key, because its source must still exist', () => {
    const none: Reference = { ...reference, keys: [] };
    expect(remainingReferences([none], ignoring('app', 'a'))).toEqual([none]);
  });
});
