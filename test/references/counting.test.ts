import { describe, expect, test } from 'vitest';
import { onlyReferences, remainingReferences } from '../../src/references/counting.ts';
import type { Reference } from '../../src/references/references.ts';

describe('patterns of what does not count', () => {
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

describe('patterns of the only things that count', () => {
  const reference: Reference = {
    kind: 'configmap',
    name: 'app',
    keys: 'all',
    except: [],
    via: 'volume',
    optional: false,
    needed: [],
    where: 'x',
  };
  const only = (name: string, key?: string) => ({ kind: 'configmap', name, key }) as const;

  test('keep a source that one of them names, or that fits one, and no other', () => {
    const other = { ...reference, name: 'other' };
    const ofSecret: Reference = { ...reference, kind: 'secret' };
    expect(onlyReferences([reference, other, ofSecret], [only('app')])).toEqual([reference]);
    expect(onlyReferences([reference, other, ofSecret], [only('a*'), only('oth*')])).toEqual([
      reference,
      other,
    ]);
    expect(onlyReferences([reference], [])).toEqual([]);
  });

  test('keep single keys, of a reference to all keys and of one to some; a whole source wins over its keys', () => {
    const named: Reference = { ...reference, keys: ['a', 'b', 'c'] };
    const keys = [only('app', 'b'), only('a*', 'x')];
    expect(onlyReferences([reference, named], keys)).toEqual([
      { ...reference, keys: ['b', 'x'] },
      { ...named, keys: ['b'] },
    ]);
    expect(onlyReferences([named], [only('app', 'x')])).toEqual([]);
    expect(onlyReferences([named], [only('app', 'x'), only('app')])).toEqual([named]);
    expect(onlyReferences([{ ...named, keys: [] }], keys)).toEqual([{ ...named, keys: [] }]);
  });

  test('leave alone what a pod needs: it still waits for keys that do not count', () => {
    const needing: Reference = { ...reference, needed: ['a', 'b'] };
    expect(onlyReferences([needing], [only('app', 'a')])).toEqual([{ ...needing, keys: ['a'] }]);
  });

  test('are too many if they take too many comparisons', () => {
    const many = Array.from({ length: 1_000 }, (_, i): Reference => ({ ...reference, name: `a${i}` }));
    const starred = Array.from({ length: 1_000 }, (_, i) => only(`*${i}*`));
    expect(() => onlyReferences(many, starred)).toThrow(
      expect.objectContaining({ code: 'WORKLOAD_TOO_LARGE' }),
    );
  });
});
