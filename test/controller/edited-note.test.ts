import { expect, test } from 'vitest';
import { editedNote, parseEditedNote } from '../../src/controller/edited-note.ts';

test('a note is read as it was written, in steps of a second', () => {
  const note = editedNote({ atMs: 1_700_000_000_999, moved: ['configmap/a', 'secret/b'] });
  expect(note).toEqual({ 'lockstep.dev/edited': '2023-11-14T22:13:20Z configmap/a,secret/b' });
  expect(parseEditedNote(note)).toEqual({ atMs: 1_700_000_000_000, moved: ['configmap/a', 'secret/b'] });
});

test.each([
  '',
  'yesterday configmap/a',
  '2023-11-14T22:13:20Z configmap/a more',
  '2023-11-14T22:13:20Z configmap/*',
])('%j is nobody’s note', (text) => {
  expect(parseEditedNote({ 'lockstep.dev/edited': text })).toBeUndefined();
});
