import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SourceContent, usedContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { configMap, content, digestOf, isUsed, usage } from '../kit/used-sources.ts';

describe('the used part of a source', () => {
  test('has the same digest as another exactly if their content is equal, except for named keys that are missing', () => {
    const pair = fc.tuple(configMap, configMap);
    const named = (of: Usage, source: SourceContent) =>
      (['data', 'binaryData'] as const).map((field) =>
        of[field] === 'all' ? [] : of[field].filter((one) => !Object.hasOwn(source[field], one)),
      );
    fc.assert(
      fc.property(pair, content, ([a, b], source) => {
        fc.pre(JSON.stringify(named(a, source)) === JSON.stringify(named(b, source)));
        const sorted = (of: Usage) => {
          const { data, binaryData } = usedContent(of, source);
          return [Object.entries(data).sort(), Object.entries(binaryData).sort()];
        };
        const alike = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(digestOf(a, source) === digestOf(b, source)).toBe(alike);
      }),
    );
  });

  test('holds only what is used', () => {
    fc.assert(
      fc.property(usage, content, (of, source) => {
        for (const field of ['data', 'binaryData'] as const) {
          const expected = Object.entries(source[field]).filter(([one]) => isUsed(of, field, one));
          expect(Object.entries(usedContent(of, source)[field]).sort()).toEqual(expected.sort());
        }
      }),
    );
  });

  test('does not hold keys that do not count', () => {
    const of: Usage = {
      kind: 'configmap',
      name: 'app',
      data: 'all',
      binaryData: [],
      except: ['log.*'],
      required: true,
    };
    const source = { data: { a: '1', 'log.level': 'debug' }, binaryData: { b: 'eA==' } };
    expect(usedContent(of, source)).toEqual({ data: { a: '1' }, binaryData: {} });
  });
});

test('patterns that take too long with the keys of a source are an error that names it', () => {
  const data = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, '']));
  const except = (count: number) => Array.from({ length: count }, (_, i) => `*${i}`);
  const usage = { ...ALL_OF_APP, binaryData: 'all' } as const;
  const digest = (of: readonly string[]) => digestOf({ ...usage, except: of }, { data, binaryData: {} });
  expect(() => digest(except(11))).toThrow(
    expect.objectContaining({
      code: 'WORKLOAD_TOO_LARGE',
      message: expect.stringContaining('with the keys of configmap/app'),
    }),
  );
  expect(digest(except(10))).toMatch(/^[0-9a-f]{64}$/);
  // Keys that are written out are looked up, whatever their number.
  expect(digest(Object.keys(data))).toBe(digestOf(usage, { data: {}, binaryData: {} }));
});
