import { describe, expect, test } from 'vitest';
import type { Indexed } from '../../src/controller/indexed.ts';
import { waitingOf } from '../../src/controller/outlook.ts';
import { noteEnd, type Queue } from '../../src/controller/queue.ts';
import { standstillsOf } from '../../src/controller/standstills.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { memberOf, newQueue, roll, untilWaiting } from './given.ts';

const [a, b, c] = [memberOf('a'), memberOf('b'), memberOf('c')];

const indexedAs = (name: string): Indexed => ({
  ...{ member: memberOf(name), kind: DEPLOYMENT, name, uid: name, settings: { windows: undefined } },
  ...{ stays: false, generation: 1, progress: 'complete', failure: undefined, deadlineMs: undefined },
  ...{ note: undefined, idle: false, contents: new Map(), recorded: true },
});

/** What is told, as `RollWaits: text`. */
function told(queue: Queue, nowMs: number): readonly string[] {
  const times = { nowMs, opensAtMs: () => Date.UTC(2026, 0, 5, 9) };
  return standstillsOf(waitingOf(queue, nowMs), queue, { get: indexedAs }, times).map(
    ({ goesOn, text }) => `${goesOn ? 'goes on' : 'stopped'}: ${text()}`,
  );
}

describe('a workload that waits', () => {
  test('for its window is told of at once, with the time at which it opens', () => {
    const queue = newQueue({ view: { isOpen: () => false } });
    untilWaiting(queue, [a], 0);
    expect(told(queue, 0)).toEqual([
      'goes on: configmap/s changed: deployment/a rolls in its window, from 2026-01-05T09:00:00Z on',
    ]);
  });

  test('for one that goes first is told of after a minute', () => {
    const queue = newQueue({ view: { isOpen: (key) => key !== 'f' } });
    untilWaiting(queue, [a, memberOf('f', { first: true })], 0);
    const [ofFirst] = told(queue, 59_999);
    expect(told(queue, 59_999)).toEqual([expect.stringContaining('deployment/f rolls in its window')]);
    expect(told(queue, 60_000)).toEqual([
      'goes on: configmap/s changed: deployment/a waits for a workload that goes first (lockstep.dev/first)',
      ofFirst,
    ]);
  });

  test('for the proof of another one is told of after a minute', () => {
    const queue = newQueue();
    untilWaiting(queue, [a, b], 0);
    roll(queue, 0);
    expect(told(queue, 59_999)).toEqual([]);
    expect(told(queue, 60_000)).toEqual([
      'goes on: configmap/s changed: deployment/b waits for another workload, which rolls with the same content first',
    ]);
  });

  test('for a place is told of after a minute', () => {
    const queue = newQueue();
    const members = ['x', 'y', 'z'].map((name) => memberOf(name, { sources: [`n/configmap/${name}`] }));
    untilWaiting(queue, members, 0);
    roll(queue, 0);
    expect(told(queue, 60_000)).toEqual([
      'goes on: configmap/z changed: deployment/z waits for a place: as many workloads roll as may at a time',
    ]);
  });

  test('because another one has failed is told of at once: it does not go on by itself', () => {
    const queue = newQueue({ view: { isComplete: () => false } });
    untilWaiting(queue, [a, b, c], 0);
    roll(queue, 0);
    noteEnd(queue, 'a', 'failed');
    expect(told(queue, 1)).toEqual([
      expect.stringMatching(
        /^stopped: configmap\/s changed, and deployment\/a did not come through with it: /,
      ),
      expect.stringMatching(/^stopped: .*deployment\/c waits until/),
    ]);
  });
});
