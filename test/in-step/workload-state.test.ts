import { expect, test } from 'vitest';
import { type StateFacts, type WorkloadState, workloadState } from '../../src/in-step/workload-state.ts';

const FACTS: StateFacts = { reason: 'in-step', recorded: true, idle: false, paused: false };

test.each<[WorkloadState, Partial<StateFacts>]>([
  ['InStep', {}],
  ['InStep', { reason: 'older-format' }],
  ['InStep', { reason: 'adopted' }],
  ['NotRecorded', { reason: 'adopted', recorded: false }],
  ['NotRecorded', { reason: 'not-recorded', recorded: false }],
  ['Drifted', { reason: 'drifted' }],
  ['InStep', { reason: 'drifted', idle: true }],
  ['Waiting', { reason: 'drifted', paused: true }],
  ['Waiting', { reason: 'roll-on' }],
  ['Waiting', { reason: 'source-gone' }],
  ['Held', { reason: 'held' }],
  ['NotManaged', { reason: 'unmanaged' }],
  ['NotManaged', { reason: 'no-references', recorded: false }],
  ['Unknown', { reason: 'unknown-format' }],
])('a workload is %s: %j', (state, facts) => {
  expect(workloadState({ ...FACTS, ...facts })).toBe(state);
});
