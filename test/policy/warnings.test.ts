import { expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import { type WarningSubject, warningsOf } from '../../src/policy/warnings.ts';

const WEB: WarningSubject = {
  namespace: 'shop',
  name: 'deployment/web',
  operation: 'update',
  paused: false,
  strategy: { type: 'rolling', partition: 0, surge: true },
  idle: false,
  pinnedIds: [],
};

test('a record that is in doubt says so', () => {
  const decision = { action: 'record', reason: 'in-doubt', marks: NO_MARKS } as const;
  expect(warningsOf({ ...decision, doubted: 'configmap/app' }, WEB)).toEqual([
    'recorded deployment/web without certainty: pods may hold different versions of configmap/app',
  ]);
  expect(warningsOf({ ...decision, reason: 'adopted' }, WEB)).toEqual([]);
});

test('a warning stays one short line, however long the names are', () => {
  const name = 'n'.repeat(253);
  const moved = [`configmap/${name}`, 'configmap/b', 'configmap/c'];
  const warnings = warningsOf(
    { action: 'write', reason: 'drifted', marks: NO_MARKS, moved },
    { ...WEB, name: `deployment/${name}` },
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.length).toBeLessThan(120);
});
