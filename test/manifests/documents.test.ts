import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/manifests/documents.ts';
import { deploymentYaml, errorOf, inject } from '../kit/injected.ts';

const SECRET = 'hunter2';

const configMap = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n${data}`;

describe('an error quotes no value', () => {
  test.each([
    ['a quote that does not end', `  a: "${SECRET}\n`, 'c.yaml:6:1: Missing closing "quote'],
    ['an unknown escape', `  a: "\\${SECRET}"\n`, 'c.yaml:5:7: Invalid escape sequence'],
    [
      'text behind a block scalar’s header',
      `  a: |${SECRET}\n`,
      'c.yaml:5:7: Block scalar header includes extra characters',
    ],
    ['a flow end too many', `  a: b\n}${SECRET}\n`, 'c.yaml:6:1: '],
    ['an alias to nothing', `  a: *${SECRET}\n`, 'c.yaml:5:6: an alias (*) without its anchor (&) before it'],
    ['a merge key without a map', `  <<: ${SECRET}\n`, 'c.yaml:5:7: a merge key (<<) needs a map'],
    ['a map as a key', `  ? {${SECRET}: 1}\n  : b\n`, 'c.yaml:5:5: a key must be a string'],
    ['a number that JSON does not have', `  ${SECRET}: .inf\n`, ': JSON has no such number'],
    [
      'a document that kubectl skips',
      `  a: b\n...\n${SECRET}: c\n`,
      'c.yaml:7:1: kubectl skips this document; begin it with ---',
    ],
    [
      'a line break of YAML 1.1',
      `  a: ${SECRET}\u2028\n`,
      'c.yaml:5:13: kubectl takes this invisible character',
    ],
    ['an unknown tag', `  a: !!${SECRET} [x]\n`, ''],
    [
      'bad indentation',
      `  a: b\n ${SECRET}: c\n`,
      'c.yaml:6:1: All mapping items must start at the same column',
    ],
    ['a tab', `  a: b\n\t${SECRET}: c\n`, 'c.yaml:6:1: '],
  ])('%s', async (_name, data, message) => {
    const error = await errorOf({ 'c.yaml': configMap(data) });
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain(SECRET.slice(0, 3));
  });

  test('aliases that grow without bound', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    );
    const error = await errorOf({ 'bomb.yaml': `a0: &a0 ${SECRET}\n${rows.join('\n')}\n` });
    expect(error.message).toBe('bomb.yaml:1:1: its aliases cannot be expanded');
  });
});

test('an alias in a ConfigMap counts as the value that it stands for', async () => {
  const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: ${data}\n`;
  const after = async (data: string) =>
    (await inject({ 'a.yaml': map(data), 'b.yaml': deploymentYaml('') })).files[1]?.after;
  expect(await after('{COLOUR: &c blue, SHADE: *c}')).toBe(await after('{COLOUR: blue, SHADE: blue}'));
});

describe('the documents of a file', () => {
  const text = '# first\na: 1\n---\n# second\nb: {c: 2}\n---\n\n--- # last\n[d]\n...\n# end\n';
  const file = readDocuments({ name: 'x.yaml', text });

  test('include empty ones, and JSON', () => {
    expect(file.documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: { c: 2 } }, null, ['d']]);
    expect(readDocuments({ name: 'x.json', text: '{"a": [1]}' }).documents[0]?.value).toEqual({ a: [1] });
    expect(readDocuments({ name: 'x.yaml', text: '' }).documents).toEqual([]);
  });

  test('have texts that add up to the text of the file', () => {
    expect(file.documents.map((each) => each.text).join('') + file.tail).toBe(text);
  });

  test('give the position of a node, or of the existing part of its path', () => {
    const [, second] = file.documents;
    expect(second?.place(['b', 'c'])).toBe('x.yaml:5:8');
    expect(second?.place(['b', 'x', 'y'])).toBe('x.yaml:5:4');
    expect(second?.place([])).toMatch(/^x\.yaml:5:1$/);
  });

  test('say whether they begin on a line of their own', () => {
    expect(file.documents.map(({ explicit }) => explicit)).toEqual([false, true, true, true]);
  });
});

test('a key that is there twice is told with its place; the last one counts', async () => {
  const after = async (data: string) => inject({ 'a.yaml': configMap(data), 'b.yaml': deploymentYaml('') });
  const doubled = await after('  COLOUR: red\n  COLOUR: blue\n');
  expect(doubled.warnings).toEqual([
    'a.yaml:6:3: this key is there twice; kubectl takes the last one. Remove one of them',
  ]);
  expect(doubled.files[1]?.after).toBe((await after('  COLOUR: blue\n')).files[1]?.after);
});
