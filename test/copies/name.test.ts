import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyName } from '../../src/copies/name.ts';

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const short = fc.oneof(
  hex(16),
  fc.tuple(hex(8), hex(16)).map((parts) => parts.join('-')),
);

/** The names that the API server accepts for a ConfigMap or a Secret. */
const VALID = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const valid = (name: string) => name.length <= 253 && VALID.test(name);
const some = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?$/).filter(valid);
// Long names, with a dot or a dash on either side of the place where they are cut.
const long = fc
  .tuple(fc.integer({ min: 180, max: 246 }), fc.constantFrom('.', '-', '.a-', '--', 'b'), some)
  .map(([length, at, end]) => `${'a'.repeat(length)}${at}${end}${'z'.repeat(70)}`.slice(0, 253))
  .filter(valid);
const name = fc.oneof(some, long);

describe('the name of a copy', () => {
  test('is valid for the API server, for every name of a source', () => {
    fc.assert(
      fc.property(name, short, (source, of) => {
        const copy = copyName(source, of);
        expect(valid(copy), copy).toBe(true);
        expect(copy.endsWith(`-${of}`)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['.', '-', '.a', 'a.a.a-a--a'])('is still valid when cut right after %j', (at) => {
    for (let length = 190; length <= 240; length += 1) {
      const source = `${'a'.repeat(length)}${at}${'z'.repeat(253)}`.slice(0, 253);
      for (const of of ['0123456789abcdef', '01234567-0123456789abcdef'])
        expect(valid(copyName(source, of)), copyName(source, of)).toBe(true);
    }
  });

  test('of an absent source is one that no object can have', () => {
    fc.assert(
      fc.property(name, (source) => {
        const copy = copyName(source, 'absent');
        expect(valid(copy), copy).toBe(false);
        expect(copy.length).toBeLessThanOrEqual(253);
      }),
    );
  });

  test('differs for another source or digest', () => {
    // Two names that differ after the cut, and two that look like a copy.
    const twins = fc.constantFrom('a', 'b').map((end) => `${'x'.repeat(252)}${end}`);
    const nested = fc.tuple(some, short).map(([of, its]) => copyName(of, its));
    const any = fc.oneof(name, twins, nested);
    fc.assert(
      fc.property(any, short, any, short, (a, ofA, b, ofB) => {
        expect(copyName(a, ofA) === copyName(b, ofB)).toBe(a === b && ofA === ofB);
      }),
      { numRuns: 2000 },
    );
  });

  test('of a source with a long name differs from that of a source with a prefix of the name', () => {
    fc.assert(
      fc.property(long, short, (source, of) => {
        const copy = copyName(source, of);
        fc.pre(!copy.startsWith(source));
        for (let length = 1; length < copy.length; length += 1)
          expect(copyName(copy.slice(0, length), of)).not.toBe(copy);
      }),
      { numRuns: 20 },
    );
  });

  test('is the same in every release', () => {
    expect(copyName('app', '0123456789abcdef')).toBe('app-lockstep-0123456789abcdef');
    expect(copyName('db.main', '01234567-0123456789abcdef')).toBe(
      'db.main-lockstep-01234567-0123456789abcdef',
    );
    expect(copyName('app', 'absent')).toBe('app-lockstep-absent_');
    expect(copyName('n'.repeat(227), '0123456789abcdef')).toHaveLength(253);
    expect(copyName('n'.repeat(228), '0123456789abcdef')).toBe(
      `${'n'.repeat(210)}-lockstep-9d2d3d58a2daff2b-0123456789abcdef`,
    );
  });
});
