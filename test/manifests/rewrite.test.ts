import { expect, test } from 'vitest';
import { rewrittenText } from '../../src/manifests/rewrite.ts';
import { oneDocument } from '../../src/manifests/yaml.ts';
import { HASH, SOURCES, webAfter } from '../kit/injected.ts';

test('a rewritten document keeps its comments, its order and its style', async () => {
  const mine =
    '# head\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations:ANCHOR\n    # why\n    x: w\n';
  const spec = (annotations: string) =>
    `spec:\n\n  template:\n    metadata:\n      # shared\n      annotations:${annotations}\n      labels: {a: "b"} # l\n    spec:\n      containers:\n      - envFrom: [{configMapRef: {name: app}}]\n`;
  const after = await webAfter(`${mine.replace('ANCHOR', ' &a')}${spec(' *a')}`);
  const written = `\n        # why\n        lockstep.dev/config-hash: ${HASH}\n        lockstep.dev/config-sources: '${SOURCES}'\n        x: w`;
  expect(after).toBe(`${mine.replace('ANCHOR', '')}${spec(written)}`);
});

test.each([
  ['a new entry comes first', 'a:\n  # c\n  c: 2\n', { a: { b: '1', c: 2 } }],
  ['an entry goes', 'a:\n  b: 1\n  c: 2\n', { a: { c: 2 } }],
  ['an alias is written out', 'x: &x {c: 2}\na: *x\n', { x: { c: 2 }, a: { b: '1', c: 2 } }],
  ['what is missing on the way is made', 'z: 1\n', { a: { b: '1' }, z: 1 }],
])('the rewritten document has the wanted content: %s', (_what, text, wanted) => {
  const written = rewrittenText(text, [['a', 'b']], wanted) ?? '';
  expect(oneDocument(written)?.toJS()).toEqual(wanted);
});

test('line ends and indentation are those of the original text', () => {
  const text = 'x: &x\r\n    c: 2\r\na: *x\r\n';
  const written = rewrittenText(text, [['a', 'b']], { x: { c: 2 }, a: { b: '1', c: 2 } });
  expect(written).toBe('x:\r\n    c: 2\r\na:\r\n    b: "1"\r\n    c: 2\r\n');
});

test('a text that is not a map, or not one document, cannot be rewritten', () => {
  for (const text of ['- a\n', 'text\n', 'a: 1\n---\nb: 1\n', 'a: [\n'])
    expect(rewrittenText(text, [['a', 'b']], {})).toBeUndefined();
});

test.each(['...\n', '... # end\n'])('a document that is ended with %j is ended so once', (end) => {
  const written = rewrittenText(`x: &x {c: 2}\na: *x\n${end}`, [['a', 'b']], {
    x: { c: 2 },
    a: { b: '1', c: 2 },
  });
  expect(written?.match(/^\.\.\./gm)).toHaveLength(1);
  expect(written?.endsWith(end)).toBe(true);
});
