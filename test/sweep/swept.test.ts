import { expect, test } from 'vitest';
import { sweptCopies } from '../../src/sweep/swept.ts';

const copy = (name: string, source = 'app', namespace = 'n') => ({
  kind: 'configmap' as const,
  ...{ namespace, name, source },
  ...{ uid: name, resourceVersion: '1', owners: [] },
});

test('a source gets one Event a round, with the names of some of its copies', () => {
  const told: string[] = [];
  const swept = sweptCopies(({ namespace, id }, text) => told.push(`${namespace} ${id}: ${text}`));
  swept.add(copy('app-1'));
  for (let i = 0; i < 7; i += 1) swept.add(copy(`db-${i}`, 'db'));
  swept.add(copy('app-1', 'app', 'other'));
  swept.endRound();
  swept.endRound();
  expect(told).toEqual([
    'n configmap/app: Deleted a copy that no workload named any more: app-1.',
    'n configmap/db: Deleted 7 copies that no workload named any more: db-0, db-1, db-2, db-3, db-4, and others.',
    'other configmap/app: Deleted a copy that no workload named any more: app-1.',
  ]);
});
