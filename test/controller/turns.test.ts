import { expect, test } from 'vitest';
import { noteEdit, noteEnd, noteLook } from '../../src/controller/queue.ts';
import { noteShown } from '../../src/controller/shown.ts';
import { tasksOf } from '../../src/controller/tasks.ts';
import { memberOf, movedTo, newQueue, roll, S, T, textOf, untilWaiting } from './given.ts';

const MINUTE = 60_000;
const a = memberOf('a');
const b = memberOf('b');
const c = memberOf('c');

test('places are limited, in all and in each namespace', () => {
  const queue = newQueue();
  const members = ['n', 'n', 'n', 'm', 'm', 'l'].map((namespace, i) =>
    memberOf(`w${i}`, { namespace, sources: [`${namespace}/configmap/${i}`] }),
  );
  untilWaiting(queue, members, 0);
  expect(roll(queue, 0)).toEqual(['w0', 'w3', 'w5']);
  noteEnd(queue, 'w5', 'complete');
  expect(roll(queue, 1)).toEqual(['w1']);
  noteEnd(queue, 'w3', 'complete');
  expect(roll(queue, 2)).toEqual(['w4']);
});

test('one that goes first holds the others up, whatever its window says', () => {
  let isOpen = false;
  const queue = newQueue({ view: { isOpen: (key) => key !== 'f' || isOpen } });
  untilWaiting(queue, [a, memberOf('f', { first: true })], 0);
  expect(roll(queue, 0)).toEqual([]);
  isOpen = true;
  expect(roll(queue, 1)).toEqual(['f']);
  noteEnd(queue, 'f', 'complete');
  expect(roll(queue, 2)).toEqual(['a']);
});

test('one that goes first and is still to be looked at holds the others up', () => {
  const queue = newQueue();
  untilWaiting(queue, [a], 0);
  noteLook(queue, memberOf('f', { first: true }));
  expect(tasksOf(queue, 0)).toEqual([{ do: 'judge', key: 'f', cause: 'look' }]);
  expect(roll(queue, 0)).toEqual([]);
});

test('one that cannot be looked at holds nobody up', () => {
  const queue = newQueue();
  const f = memberOf('f', { first: true });
  untilWaiting(queue, [a], 0);
  noteEdit(queue, S, [f], 0);
  for (let look = 1; look <= 8; look++) {
    expect(textOf(tasksOf(queue, look * MINUTE))).toEqual(['judge f']);
    noteShown(queue, 'f', { shows: 'failure' }, look * MINUTE);
  }
  expect(roll(queue, 8 * MINUTE)).toEqual(['a']);
});

test('after a failure, the edit that mends it rolls the failed one first', () => {
  const queue = newQueue({ view: { isComplete: () => false } });
  untilWaiting(queue, [a, b, c], 0);
  expect(roll(queue, 0)).toEqual(['a']);
  noteEnd(queue, 'a', 'failed');
  expect(roll(queue, 5 * MINUTE)).toEqual([]);
  untilWaiting(queue, [c, b, a], 6 * MINUTE, '2');
  expect(roll(queue, 6 * MINUTE, '2')).toEqual(['a']);
});

test('one that has failed with a source does not hold up those of another', () => {
  const queue = newQueue({ view: { isComplete: () => false } });
  const both = memberOf('a', { sources: [S, T] });
  untilWaiting(queue, [memberOf('a')], 0);
  expect(roll(queue, 0)).toEqual(['a']);
  noteEnd(queue, 'a', 'failed');
  noteEdit(queue, T, [both, memberOf('t', { sources: [T] })], 5 * MINUTE);
  for (const task of tasksOf(queue, 6 * MINUTE)) noteShown(queue, task.key, movedTo('1', [T]), 6 * MINUTE);
  queue.rolledMs.set('a', 6 * MINUTE);
  expect(roll(queue, 6 * MINUTE)).toEqual(['t']);
});
