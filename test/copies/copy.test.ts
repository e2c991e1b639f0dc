import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNote, printNote, usageOf } from '../../src/copies/note.ts';
import { v1 } from '../../src/digest/format.ts';
import { parseKeys } from '../../src/digest/secret-keys.ts';
import { type SourceContent, usedContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';

const parsed = parseKeys('a key of the installation, and not a short one');
const format = v1(parsed.kind === 'keys' ? parsed.keys[0] : undefined);
const KEYS = ['a', 'b.conf', '__proto__', 'constructor', 'toString'];
const values = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value), { selector: ([of]) => of })
    .map((entries): Record<string, string> => Object.fromEntries(entries));
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const keys = fc.oneof(fc.constant('all' as const), fc.subarray(KEYS.toSorted()));
const content = fc.record({ data: values(fc.string({ maxLength: 6 })), binaryData: values(base64) });
const configMap: fc.Arbitrary<Usage> = fc.record({
  kind: fc.constant('configmap'),
  name: fc.constant('app'),
  data: keys,
  binaryData: keys,
  except: fc.constant([]),
  required: fc.boolean(),
});
const secret: fc.Arbitrary<Usage> = configMap.map((usage) => ({ ...usage, kind: 'secret', data: [] }));
const usage = fc.oneof(configMap, secret);
const digestOf = (of: Usage, holds: SourceContent) => format.sourceDigest('shop', of, holds);

describe('a copy', () => {
  /** Its digest, made anew over what it holds, as its note says. */
  function verified(of: Usage, digest: string, holds: SourceContent) {
    const note = parseNote(printNote(of, digest));
    return note && digestOf(usageOf(note, of), holds) === note.digest;
  }
  const used = (of: Usage, field: 'data' | 'binaryData', one: string) =>
    of[field] === 'all' || of[field].includes(one);

  test('has the digest of its source', () => {
    fc.assert(
      fc.property(usage, content, (of, source) => {
        expect(verified(of, digestOf(of, source), usedContent(of, source))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('has one digest with another exactly if both hold the same, but for keys that are named and missing', () => {
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

  test('holds what is used, and nothing else', () => {
    fc.assert(
      fc.property(usage, content, (of, source) => {
        for (const field of ['data', 'binaryData'] as const) {
          const expected = Object.entries(source[field]).filter(([one]) => used(of, field, one));
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

  test('of which a used key was changed, added or taken away does not verify', () => {
    const field = fc.constantFrom('data' as const, 'binaryData' as const);
    const edited = fc.option(fc.constantFrom('', 'AAAA', 'c2VjcmV0'), { nil: undefined });
    fc.assert(
      fc.property(
        usage,
        content,
        field,
        fc.constantFrom(...KEYS),
        edited,
        (of, source, where, one, value) => {
          const holds = usedContent(of, source);
          const others = Object.entries(holds[where]).filter(([other]) => other !== one);
          const now = Object.hasOwn(holds[where], one) ? holds[where][one] : undefined;
          fc.pre(used(of, where, one) && now !== value);
          const changed = Object.fromEntries(value === undefined ? others : [...others, [one, value]]);
          expect(verified(of, digestOf(of, source), { ...holds, [where]: changed })).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the note of a copy', () => {
  test('is read as it was printed', () => {
    fc.assert(
      fc.property(usage, fc.stringMatching(/^[0-9a-f]{64}$/), (of, digest) => {
        const source = `${of.kind}/app`;
        expect(parseNote(printNote(of, digest))).toEqual({
          source,
          digest,
          data: of.data,
          binaryData: of.binaryData,
        });
      }),
    );
  });

  test('that cannot be read is none', () => {
    const whole = { source: 'configmap/app', digest: 'd', data: 'all', binaryData: [] };
    const broken = [
      { ...whole, data: 'some' },
      { ...whole, binaryData: [1] },
      { ...whole, digest: undefined },
      [],
      null,
    ];
    for (const text of [undefined, '', '{', 'null', ...broken.map((of) => JSON.stringify(of))])
      expect(parseNote(text)).toBeUndefined();
    expect(parseNote(JSON.stringify(whole))).toEqual(whole);
  });
});
