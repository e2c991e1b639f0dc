import { describe, expect, test } from 'vitest';
import { textWithoutEntry } from '../../src/manifests/remove.ts';
import { markLines, webAfter } from '../kit/injected.ts';

const inner = markLines('        ');

describe('marks that must go', () => {
  const bare = (annotations: string, onWorkload = '') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n${onWorkload}spec:\n  template:\n    metadata:\n      annotations:${annotations}    spec: {containers: []}\n`;
  test('are all marks, if nothing is referred to any more', async () => {
    expect(await webAfter(bare(`\n        a: b\n${inner}`))).toBe(bare('\n        a: b\n'));
    expect(await webAfter(bare(`\n${inner}`))).toBe(bare(' {}\n'));
    expect(await webAfter(bare(` {a: b, "lockstep.dev/config-hash": x}\n`))).toBe(bare(' {a: b}\n'));
    expect(await webAfter(bare(` {lockstep.dev/config-hash: x, a: b}\n`))).toBe(bare(' {a: b}\n'));
    expect(await webAfter(bare(` {lockstep.dev/config-hash: x}\n`))).toBe(bare(' {}\n'));
  });
  test('include a baseline, which is about pods that a new Deployment does not have', async () => {
    const baseline = '  annotations: # kept\n    lockstep.dev/baseline: >-\n      {}\n';
    expect(await webAfter(bare(' {}\n', baseline))).toBe(bare(' {}\n', '  annotations: {} # kept\n'));
  });
});

test.each([
  ['the first of several', 'a:\n  b: 1 # b\n  c: 2\n', 'a:\n  c: 2\n'],
  ['one that spans lines', 'a:\n  b: |\n    x\n    y\n  c: 2\n', 'a:\n  c: 2\n'],
  ['the last, in flow style', 'a: {c: 2, b: 1}\n', 'a: {c: 2}\n'],
  ['the only one', 'a:\n  b: 1\n', 'a: {}\n'],
])('are removed with their line: %s', (_what, before, after) => {
  expect(textWithoutEntry(before, ['a', 'b'])).toBe(after);
});

test.each([
  ['there is none', 'a: {c: 1}\n'],
  ['it hangs on an alias', 'x: &x {b: 1}\na: *x\n'],
  ['it comes by a merge key', 'x: &x {b: 1}\na:\n  <<: *x\n'],
  ['its map shares a line with something else', 'a: # {\n  ? b\n  : 1\nb: *x\n'],
])('cannot be removed if %s', (_why, text) => {
  expect(textWithoutEntry(text, ['a', 'b'])).toBeUndefined();
});
