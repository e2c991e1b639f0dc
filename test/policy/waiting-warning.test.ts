import { expect, test } from 'vitest';
import { waitingWarnings } from '../../src/policy/waiting-warning.ts';

const WEB = { name: 'rollout/web', pinnedIds: ['secret/db'] };
const leave = { action: 'leave', reason: 'roll-on' } as const;

test.each([
  [
    { ...leave, waiting: ['configmap/app'] },
    'configmap/app changed; rollout/web does not roll on this (lockstep.dev/roll-on): its pods may differ',
  ],
  [
    { ...leave, waiting: ['secret/db'], stage: 'rollout-under-way' as const },
    'secret/db changed; rollout/web does not roll on this in the middle of a rollout: new pods join at its earlier configuration',
  ],
  [
    { ...leave, waiting: ['configmap/app', 'secret/db'], stage: 'rollout-aborted' as const },
    'configmap/app and secret/db changed; rollout/web does not roll on this after an abort: its pods may differ',
  ],
])('%j', (decision, text) => {
  expect(waitingWarnings(decision, WEB)).toEqual([text]);
});

test('there is none if nothing waits', () => {
  expect(waitingWarnings(leave, WEB)).toEqual([]);
});
