import { expect, test } from 'vitest';
import { keyChanges } from '../../../src/kubectl/diff/changes.ts';
import { diffText } from '../../../src/kubectl/diff/diff-text.ts';
import type { WorkloadDiff } from '../../../src/kubectl/diff/workload-diff.ts';

const before = { data: { a: 'one\ntwo\n', gone: 'x' }, binaryData: { bin: 'AQ==' } };
const now = { data: { a: 'one\n2\u001b[2J\n', more: 'y\n' }, binaryData: { bin: 'AQI=' } };
const diff: WorkloadDiff = {
  apiVersion: 'kubectl.lockstep.dev/v1',
  kind: 'WorkloadDiff',
  metadata: { namespace: 'shop', name: 'web' },
  workload: { apiVersion: 'apps/v1', kind: 'Deployment' },
  sources: [
    { kind: 'ConfigMap', name: 'app', change: 'changed', copy: 'app-copy', keys: keyChanges(before, now) },
    { kind: 'ConfigMap', name: 'same', change: 'same' },
    { kind: 'ConfigMap', name: 'gone', change: 'gone' },
    { kind: 'Secret', name: 'db', change: 'unknown', why: 'only lockstep can compare it' },
  ],
};
const REST = 'configmap/gone: is gone\nsecret/db: unknown: only lockstep can compare it\n';

test('without values, a diff has keys and sizes', () => {
  expect(diffText(diff, undefined, false)).toBe(
    `--- configmap/app (as its pods read it, app-copy)
+++ configmap/app (now)
~a: 8 bytes -> 10 bytes
~bin: 1 byte -> 2 bytes
-gone: 1 byte
+more: 2 bytes
${REST}`,
  );
});

test('with values, it is unified, and what is binary keeps its sizes', () => {
  const text = diffText(diff, new Map([['configmap/app', { before, now }]]), false);
  expect(text).toContain('@@ -1,2 +1,2 @@\n one\n-two\n+2?[2J\n');
  expect(text).toContain(
    '--- configmap/app#bin (as its pods read it, app-copy)\n+++ configmap/app#bin (now)\n~bin',
  );
  expect(text.endsWith(REST)).toBe(true);
});

test('lines have colours on a terminal', () => {
  expect(diffText(diff, undefined, true)).toContain('\u001b[32m+more: 2 bytes\u001b[0m\n');
});

test('nothing is printed of what is the same', () => {
  expect(diffText({ ...diff, sources: [] }, undefined, false)).toBe('');
});
