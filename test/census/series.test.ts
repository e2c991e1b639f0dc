import { expect, test } from 'vitest';
import { stateLabel, workloadCounts } from '../../src/census/series.ts';
import { createTally } from '../../src/census/tally.ts';
import { WORKLOAD_STATES } from '../../src/in-step/workload-state.ts';

test('states are labels as other metrics have them', () => {
  expect(WORKLOAD_STATES.map(stateLabel)).toEqual([
    'in-step',
    'drifted',
    'waiting',
    'held',
    'not-recorded',
    'not-managed',
    'unknown',
  ]);
});

test('each kind that is counted has all states, so that none is missing while it is 0', () => {
  let nowMs = 0;
  const tally = createTally(() => nowMs);
  expect(workloadCounts(tally)).toEqual({ states: [], drifts: [] });
  tally.begin('census', ['Deployment']);
  tally.note('census', 'a', 'Deployment', { state: 'Drifted', isLate: true });
  nowMs = 1500;
  const { states, drifts } = workloadCounts(tally);
  expect(states).toHaveLength(WORKLOAD_STATES.length);
  expect(states.filter(({ count }) => count > 0)).toEqual([
    { kind: 'Deployment', state: 'drifted', count: 1 },
  ]);
  expect(drifts).toEqual([{ kind: 'Deployment', seconds: 1.5 }]);
});
