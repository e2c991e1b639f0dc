import { expect, test } from 'vitest';
import { noteEdit, noteEnd, noteLook } from '../../src/controller/queue.ts';
import { noteShown } from '../../src/controller/shown.ts';
import { tasksOf } from '../../src/controller/tasks.ts';
import { memberOf, movedTo, newQueue, roll, S, textOf, untilWaiting } from './given.ts';

test('so many are looked at at the same time, edited ones before others', () => {
  const queue = newQueue({ pace: { looks: 2 } });
  noteLook(queue, memberOf('x'));
  noteLook(queue, memberOf('y'));
  noteEdit(queue, S, [memberOf('a')], 0);
  expect(textOf(tasksOf(queue, 5000))).toEqual(['judge a', 'judge x']);
  expect(textOf(tasksOf(queue, 5000))).toEqual([]);
  noteShown(queue, 'a', movedTo('1'), 5000);
  expect(textOf(tasksOf(queue, 5000))).toEqual(['bring a', 'judge y']);
});

test('rollouts that are longer than the rest go side by side once the content is proved', () => {
  const queue = newQueue();
  untilWaiting(
    queue,
    ['a', 'b', 'c'].map((name) => memberOf(name)),
    0,
  );
  expect(roll(queue, 0)).toEqual(['a']);
  noteEnd(queue, 'a', 'complete');
  expect(roll(queue, 3_600_000)).toEqual(['b', 'c']);
});

test('without a rest, too', () => {
  const queue = newQueue({ pace: { restMs: 0 } });
  untilWaiting(
    queue,
    ['a', 'b', 'c'].map((name) => memberOf(name)),
    0,
  );
  expect(roll(queue, 0)).toEqual(['a']);
  noteEnd(queue, 'a', 'complete');
  expect(roll(queue, 1)).toEqual(['b', 'c']);
});

test('nothing is kept of workloads and sources that are over', () => {
  const queue = newQueue();
  for (let i = 0; i < 50; i++) {
    const nowMs = i * 10 * 60_000;
    untilWaiting(queue, [memberOf('a', { namespace: `n${i}`, sources: [`n${i}/configmap/s`] })], nowMs);
    expect(roll(queue, nowMs)).toEqual(['a']);
    noteEnd(queue, 'a', 'complete');
  }
  tasksOf(queue, 1e9);
  const { entries, rolledMs, servedAt, proofs } = queue;
  expect([entries.size, rolledMs.size, servedAt.size, proofs.states.size]).toEqual([0, 0, 0, 0]);
});
