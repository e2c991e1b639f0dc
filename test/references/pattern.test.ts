import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern, remainingReferences } from '../../src/references/pattern.ts';
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
  ])('%s matchesPattern %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test('match like the regular expression that they stand for', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (of, on) => {
        const regExp = new RegExp(`^${of.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matchesPattern(of, on)).toBe(regExp.test(on));
      }),
      { numRuns: 2000 },
    );
  });

  const reference: Reference = {
    kind: 'configmap',
    name: 'app',
    keys: 'all',
    except: [],
    via: 'env',
    optional: false,
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

  test('keep a reference that uses no key, because its source must still exist', () => {
    const none: Reference = { ...reference, keys: [] };
    expect(remainingReferences([none], ignoring('app', 'a'))).toEqual([none]);
  });
});
