import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, valueCountOf } from '../../src/server/body.ts';
import { DEEPEST, MOST_VALUES, Refusal } from '../../src/server/refusals.ts';

/** The code of the refusal. undefined: no refusal. */
function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
const bytes = (text: string) => Buffer.from(text);
const nested = (levels: number) => bytes('['.repeat(levels) + ']'.repeat(levels));
const commas = (count: number) => bytes(`[${','.repeat(count)}]`);

/** The number of arrays and objects, and of entries that follow a comma. */
function countEntries(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce<number>((sum, each) => sum + countEntries(each), 1 + Math.max(0, inner.length - 1));
}

describe('the number of values in a body', () => {
  test('is counted by its brackets and commas, not by those in its strings', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(valueCountOf(bytes(JSON.stringify(value, null, indent)))).toBe(countEntries(value));
      }),
    );
    expect(valueCountOf(bytes('{"a,[{":"\\\\","b\\",[":"\\\\\\",["}'))).toBe(2);
  });

  test('is bounded, and so is their depth', () => {
    expect(codeOf(() => valueCountOf(nested(DEEPEST)))).toBeUndefined();
    expect(codeOf(() => valueCountOf(nested(DEEPEST + 1)))).toBe('BODY_TOO_DEEP');
    expect(codeOf(() => valueCountOf(commas(MOST_VALUES - 1)))).toBeUndefined();
    expect(codeOf(() => valueCountOf(commas(MOST_VALUES)))).toBe('BODY_TOO_MANY_VALUES');
  });

  test('is found for any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'"\\,[]{}a') }), (text) => {
        expect(valueCountOf(bytes(text))).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('the JSON of a body', () => {
  test('is read unchanged, with names that are special to objects', () => {
    const read = parseJson(bytes('{"__proto__": {"a": 1}, "constructor": "c"}'));
    expect(Object.entries(Object(read))).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no JSON', bytes('{"a": s3cret}')],
    ['not UTF-8', Buffer.from([0x22, 0xe4, 0x22])],
    ['a byte order mark', bytes('\uFEFF{}')],
  ])('is refused, and not quoted: %s', (_what, body) => {
    expect(() => parseJson(body)).toThrow(expect.objectContaining({ code: 'BODY_NOT_JSON' }));
    expect(() => parseJson(body)).not.toThrow('s3cret');
  });
});
