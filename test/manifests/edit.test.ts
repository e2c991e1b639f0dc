import { expect, test } from 'vitest';
import { readDocuments } from '../../src/manifests/documents.ts';
import { type Edit, textWithEdits, withEdits } from '../../src/manifests/edit.ts';

const edited = (text: string, ...edits: Edit[]) => {
  const [document] = readDocuments({ name: 'a.yaml', text }).documents;
  if (!document) throw new Error('no document');
  return textWithEdits(document, edits, withEdits(document.value, edits));
};
const put = (path: Edit['path'], value: string): Edit => ({ path, value });
const remove = (...path: string[]): Edit => ({ path, value: undefined });

test('several entries go in and out, and everything else stays', () => {
  const text = '# top\na:\n  x: "1" # why\n  y: 2\nb: {}\n';
  expect(edited(text, put(['a', 'z'], 'new'), put(['b', 'c'], 'd'), remove('a', 'x'))).toBe(
    "# top\na:\n  z: 'new'\n  y: 2\nb:\n  c: 'd'\n",
  );
});

test('the last entry leaves an empty map', () => {
  expect(edited('a:\n  x: 1\nb: 2\n', remove('a', 'x'))).toBe('a: {}\nb: 2\n');
});

test('a value that two places share changes in one of them only', () => {
  expect(edited('a: &m {x: "1", y: "2"}\nb: *m\n', remove('a', 'x'))).toBe(
    'a: {y: "2"}\nb: {x: "1", y: "2"}\n',
  );
});

test('nothing comes of a text that would read otherwise than meant', () => {
  const [document] = readDocuments({ name: 'a.yaml', text: 'a: {x: "1"}\n' }).documents;
  if (!document) throw new Error('no document');
  expect(textWithEdits(document, [remove('a', 'x')], { a: {}, c: '1' })).toBeUndefined();
});
