import { describe, expect, test } from 'vitest';
import { isLiving, podTimes, type StartedPod } from '../../src/workloads/pod-times.ts';

const time = (second: number) => new Date(second * 1000).toISOString();
const pod = (status: StartedPod['status'], metadata: StartedPod['metadata'] = {}): StartedPod => ({
  metadata: { creationTimestamp: time(100), ...metadata },
  status: status ?? null,
});
const running = (second: number, restartCount = 0) => ({
  restartCount,
  state: { running: { startedAt: time(second) } },
});
const ended = (second: number) => ({ restartCount: 0, state: { terminated: { startedAt: time(second) } } });
const waiting = (restartCount = 0) => ({ restartCount, state: {} });

test.each<[string, StartedPod['status'], ReturnType<typeof podTimes>]>([
  ['not accepted yet', undefined, { since: 100, firstStart: 'not-yet' }],
  ['accepted', { startTime: time(103) }, { since: 103, firstStart: 'not-yet' }],
  [
    'waiting for its configuration',
    { startTime: time(103), containerStatuses: [waiting()] },
    { since: 103, firstStart: 'not-yet' },
  ],
  [
    'some containers started, and others wait',
    { startTime: time(103), containerStatuses: [waiting(), running(110), running(105)] },
    { since: 103, firstStart: 105 },
  ],
  [
    'an init container has run',
    { initContainerStatuses: [ended(104)], containerStatuses: [running(110)] },
    { since: 100, firstStart: 104 },
  ],
  [
    'a container has restarted',
    { containerStatuses: [running(105), running(110, 1)] },
    { since: 100, firstStart: 'unknown' },
  ],
  [
    'a container waits to restart',
    { containerStatuses: [waiting(3)] },
    { since: 100, firstStart: 'unknown' },
  ],
])('the times of a pod: %s', (_name, status, times) => {
  expect(podTimes(pod(status))).toEqual(times);
});

describe('a pod lives', () => {
  test('while it waits or runs', () => {
    expect(isLiving(pod(undefined))).toBe(true);
    expect(isLiving(pod({ phase: 'Running' }))).toBe(true);
  });

  test('but not after its end, or once it is deleted', () => {
    expect(isLiving(pod({ phase: 'Failed' }))).toBe(false);
    expect(isLiving(pod({ phase: 'Succeeded' }))).toBe(false);
    expect(isLiving(pod({ phase: 'Running' }, { deletionTimestamp: time(1) }))).toBe(false);
  });
});
