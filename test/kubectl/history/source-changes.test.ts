import { expect, test } from 'vitest';
import { markedChanges } from '../../../src/kubectl/history/source-changes.ts';
import { CONFIG_HASH, CONFIG_SOURCES } from '../../../src/marks/names.ts';

const marked = (hash: string, sources?: Readonly<Record<string, string>>) => ({
  metadata: {
    annotations: { [CONFIG_HASH]: hash, ...(sources && { [CONFIG_SOURCES]: JSON.stringify(sources) }) },
  },
});

test('marks tell which sources differ, and how', () => {
  const before = marked('v1-a', {
    'configmap/a': '1',
    'configmap/came': 'absent',
    'configmap/left': '2',
    'configmap/old': '3',
    'secret/key': '00000000-4',
    'secret/same': '00000000-5',
  });
  const now = marked('v1-b', {
    'configmap/a': '9',
    'configmap/came': '1',
    'configmap/left': 'absent',
    'configmap/new': '3',
    'secret/key': '11111111-4',
    'secret/same': '00000000-5',
  });
  expect(markedChanges(before, now)).toEqual({
    kind: 'sources',
    changes: [
      { id: 'configmap/a', change: 'changed' },
      { id: 'configmap/came', change: 'appeared' },
      { id: 'configmap/left', change: 'gone' },
      { id: 'configmap/new', change: 'added' },
      { id: 'configmap/old', change: 'dropped' },
      { id: 'secret/key', change: 'rekeyed' },
    ],
  });
});

test('without marks, or without names of sources, nothing is claimed', () => {
  expect(markedChanges({}, marked('v1-a', {}))).toEqual({ kind: 'not-recorded' });
  expect(markedChanges(marked('v1-a'), marked('v1-a', { 'configmap/a': '1' }))).toEqual({ kind: 'same' });
  expect(markedChanges(marked('v1-a'), marked('v1-b', { 'configmap/a': '1' }))).toEqual({
    kind: 'not-named',
  });
});
