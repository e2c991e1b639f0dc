import { describe, expect, test } from 'vitest';
import type { Adoption, Facts } from '../../src/policy/decision.ts';
import { AB, base, CASES, keyLost, unrecorded } from './decide-cases.ts';
import { decisionOn, historyNeeded } from './decided.ts';
import { ABSENT, B } from './pinned-facts.ts';

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
