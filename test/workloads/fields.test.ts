import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nestedObject, valueAt, withValueAt } from '../../src/workloads/fields.ts';

const DATA = { spec: { containers: [{ name: 'a' }, { name: 'b', env: null }] } };

describe('the value under a path', () => {
  test.each([
    [[], DATA],
    [['spec', 'containers', 1, 'name'], 'b'],
    [['spec', 'containers', 1, 'env'], null],
    [['spec', 'containers', 1, 'env', 'x'], undefined],
    [['spec', 'containers', 2, 'name'], undefined],
    [['spec', 'containers', 0, 'name', 'length'], undefined],
  ])('%j: %j', (path, value) => {
    expect(valueAt(DATA, path)).toEqual(value);
  });
});

describe('another value under a path', () => {
  const field = fc.constantFrom('spec', 'template', 'metadata', 'x');
  const path = fc.array(field, { maxLength: 4 });
  const leaf = fc.constantFrom<unknown>(1, 'text', null);
  const around = (inner: fc.Arbitrary<unknown>) => fc.dictionary(field, fc.oneof(leaf, inner));
  const data = around(around(around(leaf)));

  test('is set in a copy, and the input is not changed', () => {
    fc.assert(
      fc.property(data, path, fc.jsonValue(), (before, at, value) => {
        const kept = structuredClone(before);
        expect(valueAt(withValueAt(before, at, value), at)).toEqual(value);
        expect(before).toEqual(kept);
      }),
    );
  });

  test('does not change the others, in lists, too', () => {
    expect(withValueAt(DATA, ['spec', 'containers', 1, 'name'], 'c')).toEqual({
      spec: { containers: [{ name: 'a' }, { name: 'c', env: null }] },
    });
  });

  test('creates the missing objects on the path', () => {
    expect(withValueAt({ a: 1 }, ['metadata', 'annotations', 'x'], 'y')).toEqual({
      a: 1,
      metadata: { annotations: { x: 'y' } },
    });
    expect(withValueAt({ metadata: null }, ['metadata', 'x'], 1)).toEqual({ metadata: { x: 1 } });
  });
});

test('a value can be nested in objects of one key each', () => {
  expect(nestedObject(['a', 'b'], { c: 1 })).toEqual({ a: { b: { c: 1 } } });
  expect(nestedObject([], { c: 1 })).toEqual({ c: 1 });
});
