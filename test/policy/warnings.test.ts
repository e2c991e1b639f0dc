import { expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import { warningsOf } from '../../src/policy/warnings.ts';

test('a record that is in doubt says so', () => {
  const decision = { action: 'record', reason: 'in-doubt', marks: NO_MARKS } as const;
  const subject = { name: 'deployment/web', paused: false, pinnedIds: [] };
  expect(warningsOf({ ...decision, doubted: 'configmap/app' }, subject)).toEqual([
    'recorded deployment/web without certainty: pods may hold different versions of configmap/app',
  ]);
  expect(warningsOf({ ...decision, reason: 'adopted' }, subject)).toEqual([]);
});

test('a warning stays one short line, however long the names are', () => {
  const name = 'n'.repeat(253);
  const moved = [`configmap/${name}`, 'configmap/b', 'configmap/c'];
  const warnings = warningsOf(
    { action: 'write', reason: 'drifted', marks: NO_MARKS, moved },
    { name: `deployment/${name}`, paused: false, pinnedIds: [] },
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.length).toBeLessThan(120);
});
