import { describe, expect, test } from 'vitest';
import { isMap, type YAMLMap } from 'yaml';
import {
  flowStyleOf,
  indentAt,
  lineEnd,
  lineStart,
  ownPair,
  rangeOf,
  styleOf,
  textWithSplices,
  widthAt,
} from '../../src/manifests/source-text.ts';
import { oneDocument } from '../../src/manifests/yaml.ts';

function mapOf(text: string): YAMLMap {
  const contents = oneDocument(text)?.contents;
  if (!isMap(contents)) throw new Error('not a map');
  return contents;
}

test('splices apply to offsets of the original text, in any order', () => {
  const splices = [
    { from: 0, to: 1, insert: 'AA' },
    { from: 2, to: 2, insert: '-' },
    { from: 3, to: 4, insert: '' },
  ];
  expect(textWithSplices('abcd', splices)).toBe('AAb-c');
  expect(textWithSplices('abcd', splices.toReversed())).toBe('AAb-c');
});

describe('a line', () => {
  const text = '  a: 1\n- b: 2\nlast';
  test('begins after the previous one, and ends after its newline, or with the text', () => {
    expect([3, 7, 16].map((offset) => lineStart(text, offset))).toEqual([0, 7, 14]);
    expect([3, 7, 9, 16].map((offset) => lineEnd(text, offset))).toEqual([7, 7, 14, 18]);
  });

  test('is indented by the white space before it, and a dash counts by its width', () => {
    expect([indentAt(text, 2), widthAt(text, 2)]).toEqual(['  ', '  ']);
    expect([indentAt(text, 9), widthAt(text, 9)]).toEqual([undefined, '  ']);
  });
});

test('a node’s own text is without its anchor, its tag and its comment', () => {
  const text = 'a: &x !!str value # said\n';
  const range = rangeOf(ownPair(mapOf(text), 'a')?.value);
  expect(text.slice(range?.from, range?.to)).toBe('value');
  expect(rangeOf(undefined)).toBeUndefined();
});

test('a map’s own pair is not one of a merge key', () => {
  const inner = ownPair(mapOf('a: &a {x: 1}\nb:\n  <<: *a\n  z: 2\n'), 'b')?.value;
  if (!isMap(inner)) throw new Error('not a map');
  expect(ownPair(inner, 'x')).toBeUndefined();
  expect(ownPair(inner, 'z')).toBeDefined();
});

describe('the style of a text', () => {
  test.each([
    ['two spaces', 'a:\n  b: 1\n', '\n', '  '],
    ['four spaces', 'x: 1\na:\n    b: 1\n', '\n', '    '],
    ['CRLF', 'a:\r\n  b: 1\r\n', '\r\n', '  '],
    ['nothing to see it from', 'a: {b: 1}', '\n', '  '],
  ])('%s', (_what, text, eol, step) => {
    expect(styleOf(text, mapOf(text))).toEqual({ eol, step });
  });

  test.each([
    ['{a: 1}', { quoted: false, colon: ': ', indent: undefined }],
    ['{"a": 1}', { quoted: true, colon: ': ', indent: undefined }],
    ['{"a":1}', { quoted: true, colon: ':', indent: undefined }],
    ['{\n\t"a": 1\n}', { quoted: true, colon: ': ', indent: '\t' }],
  ])('in the flow map %j', (text, expected) => {
    const [pair] = mapOf(text).items;
    if (!pair) throw new Error('no pair');
    expect(flowStyleOf(text, pair, { eol: '\n', step: '  ' })).toMatchObject(expected);
  });
});
