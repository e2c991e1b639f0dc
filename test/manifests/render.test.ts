import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { blockEntry, type FlowStyle, flowEntry, flowValue, scalar } from '../../src/manifests/render.ts';

const ENTRY = {
  metadata: { annotations: { 'lockstep.dev/config-hash': `v1-${'0'.repeat(64)}`, a: '{"b":"c"}' } },
};

describe('a scalar', () => {
  test.each([
    [`v1-${'0'.repeat(64)}`, `v1-${'0'.repeat(64)}`],
    ['configmap/app', 'configmap/app'],
    ['{"a":"b"}', `'{"a":"b"}'`],
    ['false', `'false'`],
    ['yes', `'yes'`],
    ['12', `'12'`],
    ["it's", `'it''s'`],
    ['', `''`],
  ])('%j is written %s, and parses to the same value', (text, written) => {
    expect(scalar(text)).toBe(written);
    expect(parse(written)).toBe(text);
  });
});

test('a block entry has a line for each key, with the indentation and line ends of the text around it', () => {
  expect(blockEntry('a', { b: { c: 'x' } }, '  ', { eol: '\r\n', step: '    ' })).toBe(
    "  a:\r\n      b:\r\n          c: 'x'\r\n",
  );
  expect(parse(blockEntry('spec', ENTRY, '', { eol: '\n', step: '  ' }))).toEqual({ spec: ENTRY });
});

describe('a flow entry', () => {
  const style: FlowStyle = { eol: '\n', step: '  ', quoted: false, colon: ': ', indent: undefined };
  test.each<[string, Partial<FlowStyle>, string]>([
    ['on one line', {}, "a: {b: 'x', c: 'y'}"],
    ['quoted, as JSON', { quoted: true }, '"a": {"b": "x", "c": "y"}'],
    ['compact, as JSON', { quoted: true, colon: ':' }, '"a":{"b":"x","c":"y"}'],
    [
      'with a line for each',
      { quoted: true, indent: '\t', step: '\t' },
      '"a": {\n\t\t"b": "x",\n\t\t"c": "y"\n\t}',
    ],
  ])('%s', (_how, changes, written) => {
    expect(flowEntry('a', { b: 'x', c: 'y' }, { ...style, ...changes })).toBe(written);
  });

  test('parses to the same value in any style', () => {
    for (const quoted of [true, false])
      for (const indent of [undefined, '  '])
        expect(parse(flowValue(ENTRY, { ...style, quoted, indent }))).toEqual(ENTRY);
  });
});
