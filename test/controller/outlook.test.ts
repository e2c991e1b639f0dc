import { expect, test } from 'vitest';
import { countsOf, nextTimeOf, rollingOf, waitingOf } from '../../src/controller/outlook.ts';
import { noteEdit } from '../../src/controller/queue.ts';
import { tasksOf } from '../../src/controller/tasks.ts';
import { memberOf, newQueue, roll, S, untilWaiting } from './given.ts';

test('what settles, waits and rolls is counted', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a'), memberOf('b')], 0);
  roll(queue, 0);
  noteEdit(queue, S, [memberOf('c')], 0);
  expect(countsOf(queue)).toEqual({ settling: 1, waiting: 1, rolling: 1 });
  expect(rollingOf(queue)).toEqual(new Map([['a', 0]]));
  expect(waitingOf(queue, 0)).toMatchObject([{ key: 'b', obstacle: { why: 'unproven', by: 'a' } }]);
});

test('the next time is the end of a settling, or a second later if somebody waits or rolls', () => {
  const queue = newQueue();
  expect(nextTimeOf(queue, 0)).toBe(Number.POSITIVE_INFINITY);
  noteEdit(queue, S, [memberOf('a')], 0);
  expect(nextTimeOf(queue, 0)).toBe(5000);
  untilWaiting(queue, [memberOf('b', { sources: ['n/configmap/t'] })], 0);
  expect(nextTimeOf(queue, 0)).toBe(1000);
});

test('it is not now while as many are looked at as may be', () => {
  const queue = newQueue({ pace: { looks: 1 } });
  noteEdit(queue, S, [memberOf('a'), memberOf('b')], 0);
  tasksOf(queue, 5000);
  expect(nextTimeOf(queue, 5000)).toBe(Number.POSITIVE_INFINITY);
});
