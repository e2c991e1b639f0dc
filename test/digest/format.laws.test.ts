import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ConfigMapDigests,
  configState,
  formatOf,
  formatOfDigest,
  formatsWith,
  type HashFormat,
  keyIdOf,
  shortDigest,
} from '../../src/digest/format.ts';
import type { SecretKey } from '../../src/digest/secret-keys.ts';
import type { SourceContent } from '../../src/digest/source.ts';
import type { SourceKind } from '../../src/references/sources.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY, OTHER_KEY } from '../kit/secret-keys.ts';
import { content } from '../kit/used-sources.ts';

const WAYS = ['plain', 'keyed'] as const;
const KEYS = [KEY, OTHER_KEY];
/** How an installation digests: its keys, the first of which writes, and the way of its ConfigMaps. */
const installation = fc.record({
  keys: fc.shuffledSubarray(KEYS, { minLength: 1 }),
  way: fc.constantFrom<ConfigMapDigests>(...WAYS),
});
/** Source id -> what it holds, or nothing if it is absent. */
const sources = fc.dictionary(
  fc.constantFrom('configmap/a', 'configmap/b', 'secret/a', 'secret/b'),
  fc.option(content, { nil: undefined }),
);

const kindOf = (id: string): SourceKind => (id.startsWith('secret/') ? 'secret' : 'configmap');

function usageOf(id: string): Usage {
  const kind = kindOf(id);
  const name = id.slice(kind.length + 1);
  const data = kind === 'secret' ? [] : 'all';
  return { kind, name, data, binaryData: 'all', except: [], required: true };
}

type Sources = Readonly<Record<string, SourceContent | undefined>>;

const digestsIn = (format: HashFormat, of: Sources) =>
  new Map(
    Object.entries(of).map(([id, holds]) => [id, format.sourceDigest('shop', usageOf(id), holds)] as const),
  );
const stateIn = (format: HashFormat, of: Sources) => configState(digestsIn(format, of), format);

describe('laws of the formats', () => {
  test('a record says in which format it was made, to whoever knows its key: its hash comes out again', () => {
    fc.assert(
      fc.property(installation, fc.constantFrom(...WAYS), sources, (wrote, way, of) => {
        const record = stateIn(formatsWith(wrote.keys, wrote.way).current, of);
        const read = formatOf(record, formatsWith(KEYS, way));
        expect(read.kind).toBe('known');
        if (read.kind === 'known') expect(stateIn(read.format, of)).toEqual(record);
      }),
    );
  });

  test('so does each digest, short or full, and so do copies', () => {
    fc.assert(
      fc.property(installation, fc.constantFrom(...WAYS), sources, (wrote, way, of) => {
        const formats = formatsWith(KEYS, way);
        for (const [id, digest] of digestsIn(formatsWith(wrote.keys, wrote.way).current, of)) {
          const find = (text: string) => formatOfDigest(kindOf(id), text, formats);
          expect(find(digest)?.sourceDigest('shop', usageOf(id), of[id])).toBe(digest);
          expect(find(shortDigest(digest))).toBe(find(digest));
        }
      }),
    );
  });

  test('a record in the current format is read in it, so nothing is read twice', () => {
    fc.assert(
      fc.property(installation, sources, ({ keys, way }, of) => {
        const formats = formatsWith(keys, way);
        expect(formatOf(stateIn(formats.current, of), formats)).toEqual({
          kind: 'known',
          format: formats.current,
        });
      }),
    );
  });

  test('without its key, a record can be compared in its plain digests, and is known if it has no others', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WAYS), fc.constantFrom(...WAYS), sources, (wrote, way, of) => {
        const record = stateIn(formatsWith([KEY], wrote).current, of);
        const known: SecretKey[] = way === 'keyed' ? [OTHER_KEY] : [];
        const read = formatOf(record, formatsWith(known, way));
        const isKeyed = Object.values(record.sources).some((digest) => keyIdOf(digest) !== undefined);
        expect(read.kind).toBe(isKeyed ? 'unknown-key' : 'known');
        if (!('format' in read)) throw new Error('it has no format');
        for (const [id, digest] of Object.entries(record.sources))
          if (kindOf(id) === 'configmap' && keyIdOf(digest) === undefined)
            expect(shortDigest(read.format.sourceDigest('shop', usageOf(id), of[id]))).toBe(digest);
      }),
    );
  });

  test('where ConfigMaps are keyed, no digest that can be searched is in a record', () => {
    fc.assert(
      fc.property(sources, (of) => {
        const record = JSON.stringify(stateIn(formatsWith([KEY], 'keyed').current, of));
        const plain = stateIn(formatsWith([KEY], 'plain').current, of);
        for (const [id, digest] of Object.entries(plain.sources))
          if (kindOf(id) === 'configmap' && digest !== 'absent') expect(record).not.toContain(digest);
      }),
    );
  });
});

test('a format without a key digests no source of a keyed kind', () => {
  const { current } = formatsWith([], 'keyed');
  expect(() => current.sourceDigest('shop', usageOf('configmap/a'), { data: {}, binaryData: {} })).toThrow(
    'a configmap is to be digested without a key',
  );
});
