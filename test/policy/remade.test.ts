import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import type { Decision, WriteReason } from '../../src/policy/decision.ts';
import { isRemade, suspects } from '../../src/policy/remade.ts';
import type { PodTimes } from '../../src/workloads/pod-times.ts';

const state = (digests: Record<string, string>) =>
  configState(new Map(Object.entries(digests).map(([id, digit]) => [id, digit.repeat(64)])), v1());
const live = state({ 'configmap/app': 'b', 'configmap/more': 'b' });
const immutableSince = new Map([
  ['configmap/app', 5],
  ['configmap/more', 7],
]);
const write = (reason: WriteReason): Decision => ({
  action: 'write',
  reason,
  marks: marksOfState(live),
  moved: [],
});

describe('an immutable source may have been made anew', () => {
  const idsOf = (
    decision: Decision,
    recorded: ReturnType<typeof state> | undefined,
    required: string[] = [],
    pinnedIds: string[] = [],
  ) => suspects(decision, { recorded, live, required }, immutableSince, pinnedIds).map(({ id }) => id);
  const recorded = state({ 'configmap/app': 'a', 'configmap/more': 'b' });

  test.each<WriteReason>(['drifted', 'template-changed', 'undo'])(
    'if it differs from its record: %s',
    (reason) => {
      expect(idsOf(write(reason), recorded)).toEqual(['configmap/app']);
    },
  );

  test('if nothing is on record, and no pod runs without it', () => {
    expect(idsOf(write('not-recorded'), undefined, ['configmap/more'])).toEqual(['configmap/more']);
  });

  test('but not if it was absent, or if pods read its copy', () => {
    const absent = configState(new Map([['configmap/app', 'absent']]), v1());
    expect(idsOf(write('drifted'), absent, ['configmap/app'])).toEqual([]);
    expect(idsOf(write('drifted'), recorded, [], ['configmap/app'])).toEqual([]);
  });

  test('but not if it does not count', () => {
    const ignored = suspects(
      write('not-recorded'),
      { recorded: undefined, live: state({}), required: ['configmap/app'] },
      immutableSince,
      [],
    );
    expect(ignored).toEqual([]);
  });

  test.each<Decision>([
    write('created'),
    write('undo-held'),
    { action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] },
    { action: 'record', reason: 'in-doubt', marks: marksOfState(live) },
  ])('but no new pods read it: $reason', (decision) => {
    expect(idsOf(decision, recorded, ['configmap/app'])).toEqual([]);
  });
});

describe('it was made anew', () => {
  const made = { id: 'configmap/app', since: 5 };
  test.each<[string, PodTimes, boolean]>([
    ['if a pod ran before', { since: 3, firstStart: 4 }, true],
    ['if a pod may have run before, in the same second', { since: 5, firstStart: 5 }, true],
    ['if a pod has restarted since', { since: 3, firstStart: 'unknown' }, true],
    ['but not if the pod waited for it', { since: 3, firstStart: 6 }, false],
    ['but not if the pod still waits', { since: 3, firstStart: 'not-yet' }, false],
    ['but not if the pod is younger', { since: 6, firstStart: 'unknown' }, false],
  ])('%s', (_when, pod, expected) => {
    expect(isRemade(made, [{ since: 9, firstStart: 9 }, pod], 0)).toBe(expected);
  });

  test('but not if there is no pod', () => {
    expect(isRemade(made, [], 0)).toBe(false);
  });

  test('if the pods are not known, and it is younger than the workload', () => {
    expect([4, 5, 6].map((workloadMade) => isRemade(made, undefined, workloadMade))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
