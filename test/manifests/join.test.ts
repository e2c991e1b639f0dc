import { expect, test } from 'vitest';
import { joinedText } from '../../src/manifests/join.ts';
import { inject, parsed } from '../kit/injected.ts';

test('files become one stream of the same documents', async () => {
  const pieces = [
    '{"a": 1}',
    'b: 1',
    '---\nc: 1\n',
    '',
    '# only a comment\n',
    '# in front\n---\nd: |+\n  x\n\n',
    '\uFEFFe: 1\r\n---\r\nf: 1',
    '%YAML 1.2\n---\ng: 1\n...\n',
    'h: 1\n',
  ];
  const { output } = await inject(Object.fromEntries(pieces.map((text, i) => [`${i}.yaml`, text])));
  expect(parsed(output)).toEqual([
    { a: 1 },
    { b: 1 },
    { c: 1 },
    { d: 'x\n\n' },
    { e: 1 },
    { f: 1 },
    { g: 1 },
    { h: 1 },
  ]);
  expect(output.startsWith('---\n{')).toBe(true);
  expect((await inject({ 'again.yaml': output })).output).toBe(output);
});

test('a single file is printed unchanged', async () => {
  for (const text of ['', '\n', '# c', '{"a": 1}', '\uFEFFa: 1'])
    expect((await inject({ 'a.yaml': text })).output).toBe(text);
});

test('documents that were ended stay ended, and line ends are those of the next file', () => {
  const first = { text: 'a: 1\n', explicit: false };
  expect(joinedText([first, { text: 'b: 1\r\n', explicit: false }])).toBe('a: 1\n---\r\nb: 1\r\n');
  expect(joinedText([first, { text: '---\nb: 1\n', explicit: true }])).toBe('a: 1\n---\nb: 1\n');
  expect(joinedText([first, { text: '%YAML 1.2\n---\nb: 1\n', explicit: true }])).toBe(
    'a: 1\n...\n%YAML 1.2\n---\nb: 1\n',
  );
});
