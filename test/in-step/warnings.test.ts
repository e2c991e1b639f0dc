import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import type { Assessment } from '../../src/in-step/assessment.ts';
import { assessmentWarnings, decisionWarnings, malformedWarnings } from '../../src/in-step/warnings.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';

const live = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const old = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());
type Write = Extract<Decision, { action: 'write' }>;
const write = (reason: Write['reason'], state = live): Write => ({
  action: 'write',
  reason,
  marks: marksOfState(state),
  moved: ['configmap/app'],
});
const assessed = (changes: Partial<Assessment>): Assessment => ({
  namespace: 'shop',
  name: 'deployment/web',
  operation: 'update',
  paused: false,
  strategy: { type: 'rolling', partition: 0, surge: true },
  idle: false,
  decision: { action: 'leave', reason: 'in-step' },
  live,
  recorded: live,
  sources: [],
  malformed: [],
  pinAsked: false,
  pinnedIds: [],
  unpinned: [],
  remade: [],
  omitted: [],
  ...changes,
});

test('marks that do not count are reported for the workload, its labels and its sources', () => {
  const malformed: Assessment['malformed'] = [
    { on: 'annotation', annotation: 'lockstep.dev/ignore', part: 'x', why: 'names nothing' },
    { on: 'label', label: 'lockstep.dev/inject', value: 'yes' },
    { on: 'source', id: 'configmap/app', value: 'maybe' },
  ];
  expect(malformedWarnings(assessed({ malformed }))).toEqual([
    'annotation lockstep.dev/ignore on deployment/web: "x" names nothing: ignored',
    'label lockstep.dev/inject="yes" on deployment/web is neither enabled nor disabled: ignored',
    'annotation lockstep.dev/ignore="maybe" on configmap/app is neither true nor false: ignored',
  ]);
});

test('the effect of a decision is reported for a paused workload, too', () => {
  const decision = write('drifted');
  expect(decisionWarnings(assessed({ decision }))).toEqual([
    'configmap/app changed: all pods of deployment/web roll',
  ]);
  expect(decisionWarnings(assessed({ decision, paused: true }))).toEqual([
    'configmap/app changed: deployment/web is paused, so its pods roll when it is resumed',
  ]);
});

test('no rollout is reported for a workload without pods', () => {
  for (const reason of ['drifted', 'not-recorded'] as const)
    expect(decisionWarnings(assessed({ decision: write(reason), idle: true }))).toEqual([]);
});

test('a rollout that stops all pods first is reported as one', () => {
  const of = { decision: write('drifted'), strategy: { type: 'recreate' } } as const;
  const inDoubt = write('not-recorded');
  expect(decisionWarnings(assessed(of))).toEqual([
    'configmap/app changed: all pods of deployment/web stop first, then the new ones start',
  ]);
  expect(decisionWarnings(assessed({ ...of, paused: true }))).toEqual([
    'configmap/app changed: deployment/web is paused, so its pods stop when it is resumed, then the new ones start',
  ]);
  expect(decisionWarnings(assessed({ ...of, decision: inDoubt }))).toEqual([
    'pods of deployment/web may hold different versions of configmap/app: all stop once, then the new ones start',
  ]);
  expect(decisionWarnings(assessed({ decision: inDoubt, paused: true }))).toEqual([
    'pods of deployment/web may hold different versions of configmap/app: all roll when it is resumed',
  ]);
});

test('what pods lack is reported: for a workload that stays, and for a template that is written', () => {
  const lacking = [{ id: 'configmap/app', keys: [] }];
  const gone: Decision = { action: 'leave', reason: 'source-gone', lacking };
  const restored: Decision = { ...write('annotations-restored', old), lacking };
  const stays =
    'configmap/app is missing in namespace shop: lockstep does not roll deployment/web, as new pods could not start. Restore it or edit the template';
  expect(assessmentWarnings(assessed({ decision: gone }))).toEqual([stays]);
  expect(assessmentWarnings(assessed({ decision: restored }))).toEqual([stays]);
  expect(assessmentWarnings(assessed({ decision: { ...write('template-changed'), lacking } }))).toEqual([
    'configmap/app is missing in namespace shop: new pods of deployment/web cannot start until it is there',
  ]);
});

describe('a source that pods read live although they read copies', () => {
  const unpinned: Assessment['unpinned'] = [{ id: 'secret/db', why: 'keys-ignored' }];
  const STAYS = 'secret/db stays live in pods of deployment/web: some of its keys are ignored';
  const told = (decision: Decision) => assessmentWarnings(assessed({ decision, unpinned }));

  test('is reported when today’s marks are written, because pods then read what the marks say', () => {
    expect(told(write('created'))).toEqual([STAYS]);
    expect(told(write('drifted'))).toEqual(['configmap/app changed: all pods of deployment/web roll', STAYS]);
  });

  test.each<[string, Decision]>([
    ['nothing is written', { action: 'leave', reason: 'in-step' }],
    ['marks are only put back', write('annotations-restored')],
    ['an earlier configuration is', write('undo-held', old)],
    ['only a record is made', { action: 'record', reason: 'adopted', marks: marksOfState(live) }],
  ])('is not reported when %s', (_what, decision) => {
    expect(told(decision)).not.toContain(STAYS);
  });
});
