import { describe, expect, test } from 'vitest';
import { marksOfState } from '../../src/marks/marks.ts';
import type { Adoption, Facts } from '../../src/policy/decision.ts';
import { AB, base, both, CASES, keyLost, podless, recordedAs, same, unrecorded } from './decide-cases.ts';
import { decisionOn, historyNeeded } from './decided.ts';
import { ABSENT, B } from './pinned-facts.ts';

const A_AND_NONE = both('a'.repeat(64), 'absent');

const reasonOf = (facts: Partial<Facts>, adoption?: Adoption) => {
  const { action, reason } = decisionOn({ ...base, ...facts }, adoption);
  return `${action} ${reason}`;
};

describe('each case has its decision', () => {
  test.each(CASES)('%s', (...[expected, facts, adoption]) => {
    expect(reasonOf(facts, adoption)).toBe(expected);
  });

  test('history is needed only if it decides', () => {
    expect(historyNeeded({ ...base, ...unrecorded, live: AB })).toEqual(['configmap/app', 'configmap/more']);
    expect(historyNeeded({ ...base, recorded: ABSENT })).toEqual(['configmap/app']);
    expect(historyNeeded({ ...base, recorded: ABSENT, required: [] })).toEqual([]);
    expect(historyNeeded({ ...base, ...unrecorded, idle: true })).toEqual([]);
    expect(historyNeeded(base)).toEqual([]);
    expect(historyNeeded({ ...base, live: B, liveAsRecorded: B })).toEqual([]);
    expect(historyNeeded({ ...base, live: AB })).toEqual(['configmap/more']);
    expect(historyNeeded({ ...base, ...keyLost })).toEqual(['secret/db']);
  });
});

describe('a workload whose pods are held until they are configured', () => {
  const appeared: Partial<Facts> = { ...recordedAs(ABSENT), untilConfigured: true };

  test.each(['edit', 'update', 'scale'] as const)(
    'gets a new template at an %s once its source is there: its controller would try again much later',
    (operation) => {
      const decision = decisionOn({ ...base, ...appeared, operation }, podless);
      expect(decision).toMatchObject({
        action: 'write',
        reason: 'drifted',
        moved: ['configmap/app'],
        marks: { hash: base.live.hash },
      });
      // One rollout: the next edit finds nothing to do.
      if (decision.action !== 'write') throw new Error('it did not write');
      const { marks } = decision;
      const next = { ...base, ...appeared, operation, marks, marksBefore: marks, recorded: base.live };
      expect(decisionOn(next, podless)).toEqual({ action: 'leave', reason: 'in-step' });
    },
  );

  test.each<[string, Partial<Facts>, Adoption]>([
    ['a pod of it has started', { operation: 'edit' }, same],
    ['its template does not ask for that', { operation: 'edit', untilConfigured: false }, podless],
    ['its DaemonSet makes a pod just now', { operation: 'node' }, podless],
    ['it may not roll on this', { operation: 'edit', mayRoll: false }, podless],
    ['a rollout forbids another one', { operation: 'scale', stage: 'rollout-under-way' }, podless],
    [
      'something else is still missing',
      {
        ...recordedAs(both('absent', 'absent')),
        ...{ live: A_AND_NONE, liveAsRecorded: A_AND_NONE, required: ['configmap/app', 'configmap/more'] },
        ...{ operation: 'edit', lacks: { 'configmap/more': { what: 'source' } } },
      },
      podless,
    ],
  ])('is recorded as it is if %s', (_what, facts, adoption) => {
    expect(reasonOf({ ...appeared, ...facts }, adoption)).toBe('record appeared');
  });

  test('whoever creates it hears what its pods wait for; nobody else does at a create', () => {
    const lacks = { 'configmap/app': { what: 'source' } } as const;
    const created: Partial<Facts> = {
      ...{ operation: 'create', templateChanged: true, live: ABSENT, lacks },
      ...unrecorded,
    };
    const lacking = [{ id: 'configmap/app', keys: [] }];
    expect(decisionOn({ ...base, ...created })).not.toHaveProperty('lacking');
    expect(decisionOn({ ...base, ...created, untilConfigured: true })).toMatchObject({
      reason: 'created',
      lacking,
    });
    const again = { ...created, marks: marksOfState(ABSENT), untilConfigured: true };
    expect(decisionOn({ ...base, ...again })).toEqual({ action: 'leave', reason: 'in-step', lacking });
  });
});
