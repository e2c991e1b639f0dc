import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flawText } from '../../src/copies/flaw.ts';
import { type CopyObject, type Inspected, inspectCopy } from '../../src/copies/inspect.ts';
import type { CopyRef } from '../../src/copies/name.ts';
import { type CopyNote, parseNote, printNote } from '../../src/copies/note.ts';
import { formatsWith, shortDigest } from '../../src/digest/format.ts';
import { type SourceContent, usedContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY } from '../kit/secret-keys.ts';
import { content, digestOf, usage } from '../kit/used-sources.ts';

const formats = formatsWith([KEY]);
const all: Usage = {
  kind: 'configmap',
  name: 'app',
  data: 'all',
  binaryData: 'all',
  except: [],
  required: true,
};
const noteOf = (of: Usage, digest: string) => parseNote(printNote(of, digest));
const HOLDS: SourceContent = { data: { A: '1' }, binaryData: {} };

const textOf = ({ flaw }: Inspected) => flaw && flawText(flaw);

/** The flaw of an object that holds this, and says that it is the copy of what is used of a source. */
function flawOf(
  of: Usage,
  holds: SourceContent,
  changed: Partial<CopyObject> = {},
  says: (note: CopyNote) => CopyNote | undefined = (note) => note,
) {
  const digest = digestOf(of, holds);
  const ref: CopyRef = { kind: of.kind, name: of.name, shortDigest: shortDigest(digest) };
  const note = noteOf(of, digest);
  const object = { immutable: true, content: holds, type: undefined, ...changed };
  return textOf(inspectCopy(formats, 'shop', ref, note && says(note), object));
}

const withMore = (holds: SourceContent, more: Partial<SourceContent>): SourceContent => ({
  data: { ...holds.data, ...more.data },
  binaryData: { ...holds.binaryData, ...more.binaryData },
});

describe('an object with the name of a copy', () => {
  test('is one if it holds exactly what is used of the source', () => {
    fc.assert(
      fc.property(usage, content, (of, source) => {
        expect(flawOf(of, usedContent(of, source))).toBeUndefined();
      }),
    );
  });

  test('is none if it holds one key more, in either field', () => {
    const field = fc.constantFrom('data' as const, 'binaryData' as const);
    fc.assert(
      fc.property(usage, content, field, (of, source, where) => {
        fc.pre(of.kind === 'configmap' || where === 'binaryData');
        const holds = usedContent(of, source);
        const forged = withMore(holds, { [where]: { FORGED: 'Zm9yZ2Vk' } });
        // The digest is that of the used keys alone, as a forger would compute it.
        expect(flawOf(of, holds, { content: forged })).toMatch(/holds keys|does not match/);
      }),
    );
  });

  test('is none if its note lists the keys of the source, and it holds others beside', () => {
    const listed = { ...all, data: ['A'], binaryData: [] };
    // The canonical forms of "all keys" and of a list of all keys are the same.
    expect(digestOf(listed, HOLDS)).toBe(digestOf(all, HOLDS));
    expect(flawOf(listed, HOLDS, { content: withMore(HOLDS, { data: { NODE_OPTIONS: '-r ./x' } }) })).toBe(
      'it holds keys that its annotation lockstep.dev/copy-of lacks',
    );
    expect(flawOf(listed, HOLDS)).toBeUndefined();
  });

  test.each<[string, Partial<CopyObject>, (note: CopyNote) => CopyNote | undefined, RegExp]>([
    ['can be changed', { immutable: false }, (note) => note, /not immutable/],
    ['has no note', {}, () => undefined, /does not name it/],
    ['names another source', {}, (note) => ({ ...note, source: 'configmap/other' }), /does not name it/],
    ['names a Secret', {}, (note) => ({ ...note, source: 'secret/app' }), /does not name it/],
    ['names another digest', {}, (note) => ({ ...note, digest: 'f'.repeat(64) }), /does not name it/],
    [
      'names a digest that only begins like its name',
      {},
      (note) => ({ ...note, digest: `${note.digest.slice(0, 16)}${'f'.repeat(48)}` }),
      /does not match its digest/,
    ],
    [
      'holds another value',
      { content: { data: { A: '2' }, binaryData: {} } },
      (note) => note,
      /does not match its digest/,
    ],
    [
      'holds the key as binary data',
      { content: { data: {}, binaryData: { A: 'MQ==' } } },
      (note) => note,
      /does not match its digest/,
    ],
    ['holds nothing', { content: { data: {}, binaryData: {} } }, (note) => note, /does not match its digest/],
  ])('is none if it %s', (_what, changed, says, flaw) => {
    expect(flawOf(all, HOLDS, changed, says)).toMatch(flaw);
  });
});

describe('a Secret with the name of a copy', () => {
  const crt: Usage = { ...all, kind: 'secret', data: [], binaryData: ['tls.crt'] };
  const holds: SourceContent = { data: {}, binaryData: { 'tls.crt': 'Yw==' } };
  const type = 'kubernetes.io/tls';
  const inspected = (binaryData: Record<string, string>, ofType: string | undefined = type) => {
    const digest = digestOf(crt, holds);
    const ref: CopyRef = { kind: 'secret', name: 'app', shortDigest: shortDigest(digest) };
    const object = { immutable: true, content: { data: {}, binaryData }, type: ofType };
    return inspectCopy(formats, 'shop', ref, noteOf(crt, digest), object);
  };

  test('may hold the keys that its type requires, with the values that stand in for them', () => {
    expect(inspected({ 'tls.crt': 'Yw==', 'tls.key': '' })).toMatchObject({
      flaw: undefined,
      standIns: true,
    });
    expect(inspected({ 'tls.crt': 'Yw==' }, 'Opaque')).toMatchObject({ flaw: undefined, standIns: false });
  });

  test.each<[string, Record<string, string>, string]>([
    ['another value there', { 'tls.crt': 'Yw==', 'tls.key': 'eA==' }, type],
    ['a key that another type requires', { 'tls.crt': 'Yw==', password: '' }, type],
    ['that key in another type', { 'tls.crt': 'Yw==', 'tls.key': '' }, 'Opaque'],
    ['that key in a type that is named like a property', { 'tls.crt': 'Yw==', 'tls.key': '' }, 'constructor'],
  ])('is none with %s', (_what, binaryData, ofType) => {
    expect(textOf(inspected(binaryData, ofType))).toMatch(/holds keys/);
  });

  test('is none if Kubernetes acts on its type, or if the key of its digest is not known', () => {
    const token = 'kubernetes.io/service-account-token';
    expect(textOf(inspected({ 'tls.crt': 'Yw==' }, token))).toContain(token);
    const digest = `01234567-${'0'.repeat(64)}`;
    const ref: CopyRef = { kind: 'secret', name: 'app', shortDigest: shortDigest(digest) };
    const object = { immutable: true, content: holds, type: 'Opaque' };
    const unknown = inspectCopy(formats, 'shop', ref, noteOf(crt, digest), object);
    expect(textOf(unknown)).toMatch(/not known/);
  });
});
