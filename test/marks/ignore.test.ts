import { describe, expect, test } from 'vitest';
import { counts, sourceMark } from '../../src/marks/ignore.ts';

const IGNORE = 'lockstep.dev/ignore';
const RELOADER = { ignore: 'reloader.stakater.com/ignore', match: 'reloader.stakater.com/match' };

test.each([
  ['true', true, undefined],
  ['false', false, undefined],
  ['', false, ''],
  ['True', false, 'True'],
])('a source annotated %j: ignored is %s, malformed is %j', (value, ignored, malformed) => {
  expect(sourceMark({ [IGNORE]: value })).toEqual({ ignored, malformed, marked: false });
});

test('a source without the annotation counts', () => {
  for (const annotations of [undefined, null, {}, { ignore: 'true' }])
    expect(sourceMark(annotations)).toEqual({ ignored: false, malformed: undefined, marked: false });
});

test('of a long malformed value only the beginning is kept', () => {
  const value = 'é'.repeat(200_000);
  expect(sourceMark({ [IGNORE]: value }).malformed).toBe('é'.repeat(100));
});

describe('Reloader’s annotations on a source', () => {
  const both = { [RELOADER.ignore]: 'true', [RELOADER.match]: 'true' };

  test('count only where they are read, and only with the text "true"', () => {
    expect(sourceMark(both, ['reloader'])).toEqual({ ignored: true, malformed: undefined, marked: true });
    for (const compat of [undefined, [], ['wave'] as const])
      expect(sourceMark(both, compat)).toEqual({ ignored: false, malformed: undefined, marked: false });
    const odd = { [RELOADER.ignore]: 'True', [RELOADER.match]: '1' };
    expect(sourceMark(odd, ['reloader'])).toEqual({ ignored: false, malformed: undefined, marked: false });
  });

  test('do not count against lockstep’s own', () => {
    expect(sourceMark({ ...both, [IGNORE]: 'false' }, ['reloader']).ignored).toBe(false);
    expect(sourceMark({ [RELOADER.ignore]: 'false', [IGNORE]: 'true' }, ['reloader']).ignored).toBe(true);
  });
});

test('a source counts unless it is ignored, or is not marked and has to be', () => {
  const mark = { ignored: false, malformed: undefined, marked: false };
  expect(counts({}, mark)).toBe(true);
  expect(counts({ ifMarked: true }, mark)).toBe(false);
  expect(counts({ ifMarked: true }, { ...mark, marked: true })).toBe(true);
  expect(counts({ ifMarked: true }, { ...mark, marked: true, ignored: true })).toBe(false);
});
