import { describe, expect, test } from 'vitest';
import * as names from '../../src/marks/names.ts';
import { MARK_KEYS, MARKS } from '../../src/marks/table.ts';

test('every row has a position in the order, and a name of its own', () => {
  expect([...MARK_KEYS].sort()).toEqual(Object.keys(MARKS).sort());
  const called = MARK_KEYS.map((key) => MARKS[key].name);
  expect(new Set(called).size).toBe(called.length);
  const known: readonly string[] = Object.values(names);
  for (const name of called) expect(known).toContain(name);
});

describe('a printed mark parses to the same value', () => {
  const sources = { 'configmap/app': '0123456789abcdef', 'configmap/none': 'absent' };
  const state = { hash: 'v1-x', sources, template: 'fedcba9876543210' };

  test('config-hash, config-sources, pinned', () => {
    expect(MARKS.hash.parse(MARKS.hash.print('v1-x'))).toBe('v1-x');
    expect(MARKS.sources.parse(MARKS.sources.print(sources))).toEqual(sources);
    const pinned = [
      { kind: 'configmap', name: 'app', seal: '0123456789abcdef'.repeat(2) },
      { kind: 'configmap', name: 'none', seal: undefined },
      { kind: 'secret', name: 'db', seal: 'fedcba9876543210'.repeat(2) },
    ] as const;
    const [app, , db] = pinned;
    const text = `configmap/app#${app.seal}, configmap/none, secret/db#${db.seal}`;
    expect(MARKS.pinned.print(pinned)).toBe(text);
    expect(MARKS.pinned.parse(text)).toEqual(pinned);
  });

  test('pinned, as a version without seals wrote it, or with something else in their place', () => {
    expect(MARKS.pinned.parse('configmap/app, secret/db#key')).toEqual([
      { kind: 'configmap', name: 'app', seal: undefined },
      { kind: 'secret', name: 'db', seal: undefined },
    ]);
  });

  test.each(['baseline', 'held'] as const)('%s', (key) => {
    expect(MARKS[key].parse(MARKS[key].print(state))).toEqual(state);
  });
});

describe('a text that cannot be read gives nothing', () => {
  test.each([
    ['sources', ['', '{', 'null', '[]', '{"a":1}']],
    ['pinned', ['', 'app', 'configmap/*', 'pod/x']],
    ['baseline', ['', '{', 'null', '{"hash":"v1-x","sources":{}}', '{"hash":1,"sources":{},"template":""}']],
    ['held', ['', '{', 'null', '{"hash":"v1-x","sources":{}}', '{"hash":1,"sources":{},"template":""}']],
  ] as const)('%s', (key, texts) => {
    for (const text of texts) expect(MARKS[key].parse(text)).toBeUndefined();
  });
});

test('an annotation that names more sources than lockstep writes is malformed', () => {
  const listOf = (count: number) => Array.from({ length: count }, (_, i) => `configmap/c${i}`).join(', ');
  expect(MARKS.pinned.parse(listOf(1_000))).toHaveLength(1_000);
  expect(MARKS.pinned.parse(listOf(1_001))).toBeUndefined();
});
