import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainDigestV1, type SourceContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';

const volume: Usage = {
  kind: 'configmap',
  name: 'app',
  data: 'all',
  binaryData: 'all',
  except: [],
  required: true,
};
const env: Usage = { ...volume, binaryData: [] };

// Keys that the API server allows, including names of Object.prototype.
const key = fc.oneof(
  fc.stringMatching(/^[-._a-zA-Z0-9]{1,8}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);
const entries = (value: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 });
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const base64 = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const content = fc.record({ data: entries(text), binaryData: entries(base64) });

type Entries = readonly (readonly [string, string])[];
const source = (of: { data: Entries; binaryData: Entries }): SourceContent => ({
  data: Object.fromEntries(of.data),
  binaryData: Object.fromEntries(of.binaryData),
});
const sorted = (pairs: Entries) => JSON.stringify([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('the digest of a source', () => {
  test('does not depend on the order of its keys', () => {
    fc.assert(
      fc.property(content, (of) => {
        const reversed = { data: of.data.toReversed(), binaryData: of.binaryData.toReversed() };
        expect(plainDigestV1(volume, source(reversed))).toBe(plainDigestV1(volume, source(of)));
      }),
    );
  });

  test('is equal for two contents exactly if they are equal', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const equal = sorted(a.data) === sorted(b.data) && sorted(a.binaryData) === sorted(b.binaryData);
        expect(plainDigestV1(volume, source(a)) === plainDigestV1(volume, source(b))).toBe(equal);
      }),
    );
  });

  test('does not change with a key that is not used', () => {
    fc.assert(
      fc.property(content, key, text, (of, name, value) => {
        const used: Usage = {
          ...volume,
          data: of.data.map(([k]) => k).filter((k) => k !== name),
          binaryData: 'all',
        };
        const others = of.data.filter(([k]) => k !== name);
        const edited = source({ ...of, data: [...others, [name, value]] });
        expect(plainDigestV1(used, edited)).toBe(plainDigestV1(used, source({ ...of, data: others })));
      }),
    );
  });

  test('distinguishes absent, empty, a missing key and an empty value', () => {
    const named: Usage = { ...env, data: ['a'] };
    const digests = [
      plainDigestV1(named, undefined),
      plainDigestV1(named, { data: {}, binaryData: {} }),
      plainDigestV1(named, { data: { a: '' }, binaryData: {} }),
      plainDigestV1(volume, { data: { a: 'x' }, binaryData: {} }),
      plainDigestV1(volume, { data: {}, binaryData: { a: 'eA==' } }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toBe('absent');
  });

  test('includes binaryData only if it is mounted as files', () => {
    const plain = { data: { a: '1' }, binaryData: {} };
    const binary = { data: { a: '1' }, binaryData: { b: 'eA==' } };
    expect(plainDigestV1(env, binary)).toBe(plainDigestV1(env, plain));
    expect(plainDigestV1(volume, binary)).not.toBe(plainDigestV1(volume, plain));
  });

  test('is the same in every release of format v1', () => {
    const content = { data: { b: 'ä', a: '1' }, binaryData: { c: 'AAH/' } };
    expect(plainDigestV1(volume, content)).toMatchInlineSnapshot(
      `"20c4640e48427bd6526bec2b6f05bf27e9823b8d66cf9f0f15cafc2cb0c43e68"`,
    );
  });
});

describe('a key that does not count', () => {
  const except: Usage = { ...volume, except: ['log.*', 'x'] };
  const of = (data: Record<string, string>) => plainDigestV1(except, { data, binaryData: {} });
  test('does not change the digest, present or not; every other key does', () => {
    expect(of({ a: '1', 'log.level': 'debug', x: '1' })).toBe(of({ a: '1' }));
    expect(of({ a: '1', log: '1' })).not.toBe(of({ a: '1' }));
  });
});
