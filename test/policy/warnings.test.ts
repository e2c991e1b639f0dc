import { describe, expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { Decision, WriteReason } from '../../src/policy/decision.ts';
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

describe('where lockstep only observes', () => {
  const write = (reason: WriteReason): Decision => ({
    action: 'write',
    reason,
    marks: NO_MARKS,
    moved: ['configmap/app'],
  });

  test.each<[Decision, string]>([
    [write('drifted'), 'configmap/app changed: all pods of deployment/web would roll'],
    [
      write('not-recorded'),
      'pods of deployment/web may hold different versions of configmap/app: all would roll once',
    ],
    [
      write('undo-no-op'),
      'undo of deployment/web would change nothing: only configuration differed. Edit the ConfigMap or Secret instead',
    ],
    [
      write('undo-held'),
      'deployment/web would be back at its earlier configuration, and held there until its configuration or template is edited',
    ],
    [
      { action: 'leave', reason: 'held' },
      'deployment/web would be held at an earlier configuration (rollout undo) until its configuration or template is edited',
    ],
    [
      { action: 'record', reason: 'in-doubt', marks: NO_MARKS, doubted: 'configmap/app' },
      'would record deployment/web without certainty: pods may hold different versions of configmap/app',
    ],
  ])('a warning says what would happen: %j', (decision, warning) => {
    expect(warningsOf(decision, WEB, 'observe')).toEqual([warning]);
    expect(warningsOf(decision, WEB)[0]).not.toContain('would');
  });
});
