import { expect, test } from 'vitest';
import { podsFindings } from '../../../src/kubectl/doctor/pods.ts';

const podWith = (state: object) => ({
  metadata: { name: 'web-1' },
  status: { containerStatuses: [{ name: 'web', ready: false, ...state }] },
});
const told = (state: object) =>
  podsFindings('shop', [podWith(state)], new Map())
    .filter(({ check }) => check.startsWith('pod/'))
    .map(({ verdict, message }) => `${verdict}: ${message}`);

test('a container that crashes is named in each state of it', () => {
  const terminated = { exitCode: 1, reason: 'Error' };
  expect(told({ state: { terminated } })).toEqual(['problem: it has crashed with exit code 1']);
  expect(told({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } })).toEqual([
    'problem: it has crashed with exit code 137, OOMKilled',
  ]);
  expect(told({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } })).toEqual([
    'problem: it crashes with exit code 1',
  ]);
  expect(told({ state: { running: {} }, lastState: { terminated } })).toEqual([
    'warning: it runs again after a crash with exit code 1, and is not ready',
  ]);
});

test('one that starts, or has done its work, is no problem', () => {
  expect(told({ state: { waiting: { reason: 'ContainerCreating' } } })).toEqual([]);
  expect(told({ state: { running: {} } })).toEqual([]);
  expect(told({ state: { terminated: { exitCode: 0, reason: 'Completed' } } })).toEqual([]);
});
