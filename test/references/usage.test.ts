import { expect, test } from 'vitest';
import { byCodeUnit, isWithin, usages } from '../../src/references/usage.ts';

test('references to one source are merged: its keys once and sorted, required if any is', () => {
  const together = usages([
    {
      kind: 'configmap',
      name: 'b',
      keys: ['z', 'a'],
      except: [],
      via: 'env',
      optional: true,
      needed: undefined,
      where: '1',
    },
    {
      kind: 'configmap',
      name: 'b',
      keys: ['a', 'f'],
      except: [],
      via: 'volume',
      optional: false,
      needed: ['f'],
      where: '2',
    },
    {
      kind: 'configmap',
      name: 'a',
      keys: 'all',
      except: [],
      via: 'env',
      optional: true,
      needed: undefined,
      where: '3',
    },
  ]);
  expect(together).toEqual([
    { kind: 'configmap', name: 'a', data: 'all', binaryData: [], except: [], required: false },
    {
      kind: 'configmap',
      name: 'b',
      data: ['a', 'f', 'z'],
      binaryData: ['a', 'f'],
      except: [],
      required: true,
      needed: { env: [], files: ['f'] },
    },
  ]);
});

test('all used keys of a Secret count as binary, environment variables, too', () => {
  const secret = { kind: 'secret', name: 'db', except: [], optional: false, needed: [] } as const;
  const used = usages([
    { ...secret, keys: ['b'], via: 'env', where: '1' },
    { ...secret, keys: ['a'], via: 'volume', where: '2' },
  ]);
  expect(used).toMatchObject([{ data: [], binaryData: ['a', 'b'] }]);
});

test('the keys that do not count are merged, each once and sorted', () => {
  const all = {
    kind: 'configmap',
    name: 'app',
    keys: 'all',
    via: 'env',
    optional: false,
    needed: [],
  } as const;
  const used = usages([
    { ...all, except: ['x', 'log.*'], where: '1' },
    { ...all, except: ['log.*'], where: '2' },
  ]);
  expect(used).toMatchObject([{ data: 'all', except: ['log.*', 'x'] }]);
});

test.each([
  [{ data: ['a'], binaryData: [] }, { data: ['a', 'b'], binaryData: [] }, true],
  [{ data: ['a'], binaryData: [] }, { data: 'all', binaryData: [] }, true],
  [{ data: 'all', binaryData: 'all' }, { data: 'all', binaryData: 'all' }, true],
  [{ data: 'all', binaryData: [] }, { data: ['a'], binaryData: [] }, false],
  [{ data: ['c'], binaryData: [] }, { data: ['a', 'b'], binaryData: [] }, false],
  [{ data: ['a'], binaryData: 'all' }, { data: 'all', binaryData: [] }, false],
] as const)('%j is within %j: %s', (inner, outer, expected) => {
  expect(isWithin(inner, outer)).toBe(expected);
});

test('names are sorted by their code units, as on every machine', () => {
  expect(['b', 'ä', 'a', 'B', 'a'].sort(byCodeUnit)).toEqual(['B', 'a', 'a', 'b', 'ä']);
});
