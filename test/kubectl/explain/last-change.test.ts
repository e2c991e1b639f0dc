import { expect, test } from 'vitest';
import { lastChangeOf, writersOf } from '../../../src/kubectl/explain/last-change.ts';

const entry = (manager: string, time: string, fieldsV1: object) => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1,
});
const metadata = {
  creationTimestamp: '2026-01-01T00:00:00Z',
  managedFields: [
    entry('kubectl-apply', '2026-01-01T00:00:00Z', { 'f:data': { '.': {}, 'f:a': {} } }),
    entry('kubectl-edit', '2026-01-02T00:00:00Z', { 'f:data': { 'f:b': {} }, 'f:binaryData': { 'f:c': {} } }),
    entry('labeller', '2026-01-03T00:00:00Z', { 'f:metadata': { 'f:labels': {} } }),
  ],
};

test('who has written the data of a source, the latest first', () => {
  expect(writersOf(metadata)).toEqual([
    { time: '2026-01-02T00:00:00Z', manager: 'kubectl-edit', keys: ['b', 'c'] },
    { time: '2026-01-01T00:00:00Z', manager: 'kubectl-apply', keys: ['a'] },
  ]);
  expect(lastChangeOf(metadata)).toEqual({ time: '2026-01-02T00:00:00Z', manager: 'kubectl-edit' });
});

test('without field managers, its creation is all that is known', () => {
  expect(lastChangeOf({ creationTimestamp: '2026-01-01T00:00:00Z' })).toEqual({
    time: '2026-01-01T00:00:00Z',
  });
  expect(lastChangeOf({})).toBeUndefined();
});
