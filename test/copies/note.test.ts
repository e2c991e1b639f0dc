import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNote, printNote, usageOf } from '../../src/copies/note.ts';
import { type SourceContent, usedContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { content, digestOf, isUsed, KEYS, usage } from '../kit/used-sources.ts';

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

  test('that cannot be read is ignored', () => {
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

describe('a copy', () => {
  /** The digest of a copy, computed again from its content as its note says. */
  function digestOfContent(of: Usage, digest: string, holds: SourceContent) {
    const note = parseNote(printNote(of, digest));
    return note && digestOf(usageOf(note, of), holds) === note.digest;
  }

  test('has the digest of its source', () => {
    fc.assert(
      fc.property(usage, content, (of, source) => {
        expect(digestOfContent(of, digestOf(of, source), usedContent(of, source))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('with a used key changed, added or removed does not verify', () => {
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
          fc.pre(isUsed(of, where, one) && now !== value);
          const changed = Object.fromEntries(value === undefined ? others : [...others, [one, value]]);
          expect(digestOfContent(of, digestOf(of, source), { ...holds, [where]: changed })).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
