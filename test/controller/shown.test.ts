import { expect, test } from 'vitest';
import { proofOf } from '../../src/controller/proofs.ts';
import { noteEdit, noteEnd, noteGone } from '../../src/controller/queue.ts';
import { NOTHING, noteShown } from '../../src/controller/shown.ts';
import { tasksOf } from '../../src/controller/tasks.ts';
import { memberOf, movedTo, newQueue, roll, rollingTo, S, T, textOf, untilWaiting } from './given.ts';

const MINUTE = 60_000;
const a = memberOf('a', { sources: [S, T] });
const inStep = { shows: 'in-step', contents: new Map([[S, '1']]) } as const;

test('a second rollout for another source proves the first one, too', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a')], 0);
  expect(roll(queue, 0)).toEqual(['a']);
  noteEdit(queue, T, [a], MINUTE);
  expect(textOf(tasksOf(queue, 2 * MINUTE))).toEqual(['judge a']);
  noteShown(queue, 'a', movedTo('1', [T]), 2 * MINUTE);
  expect(roll(queue, 2 * MINUTE)).toEqual(['a']);
  expect(queue.entries.get('a')?.rolling?.moved).toEqual([S, T]);
  noteEnd(queue, 'a', 'complete');
  expect([proofOf(queue.proofs, S).is, proofOf(queue.proofs, T).is]).toEqual(['given', 'given']);
});

test('a write without an answer is followed if a look shows that it was made', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a'), memberOf('b')], 0);
  expect(textOf(tasksOf(queue, 0))).toEqual(['bring a']);
  noteShown(queue, 'a', { shows: 'failure' }, 0);
  expect(textOf(tasksOf(queue, 2000))).toEqual(['judge a']);
  noteShown(queue, 'a', inStep, 2000);
  expect(queue.entries.get('a')?.rolling).toMatchObject({ sinceMs: 2000, moved: [S] });
  expect(textOf(tasksOf(queue, 2 * MINUTE))).toEqual([]);
});

test('if it was not made, the next one may try', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a')], 0);
  tasksOf(queue, 0);
  noteShown(queue, 'a', { shows: 'failure' }, 0);
  tasksOf(queue, 2000);
  noteShown(queue, 'a', movedTo('1'), 2000);
  expect(textOf(tasksOf(queue, 2000))).toEqual(['bring a']);
});

test('a write that fails after looks that succeed is tried less and less often', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a')], 0);
  const waits = [1, 2, 3].map(() => {
    expect(textOf(tasksOf(queue, 0))).toEqual(['bring a']);
    noteShown(queue, 'a', { shows: 'failure' }, 0);
    const { phase } = queue.entries.get('a') ?? {};
    const untilMs = phase?.at === 'settling' ? phase.untilMs : 0;
    tasksOf(queue, untilMs);
    noteShown(queue, 'a', movedTo('1'), 0);
    return untilMs;
  });
  expect(waits).toEqual([1000, 2000, 4000]);
});

test('a turn that finds nothing to do leaves the next one without a rest', () => {
  const queue = newQueue();
  untilWaiting(queue, [memberOf('a'), memberOf('b')], 0);
  expect(textOf(tasksOf(queue, 0))).toEqual(['bring a']);
  noteShown(queue, 'a', NOTHING, 0);
  expect(textOf(tasksOf(queue, 0))).toEqual(['bring b']);
});

test('an edit during a look is not lost', () => {
  const queue = newQueue();
  noteEdit(queue, S, [a], 0);
  tasksOf(queue, 5000);
  noteEdit(queue, S, [a], 5001);
  noteShown(queue, 'a', inStep, 5002);
  expect(queue.entries.get('a')?.phase).toMatchObject({ at: 'settling', untilMs: 10_001 });
});

test('what is shown of a workload that has gone and come back is nothing of this one', () => {
  const queue = newQueue();
  noteEdit(queue, S, [a], 0);
  tasksOf(queue, 5000);
  noteGone(queue, 'a');
  noteEdit(queue, S, [a], 5001);
  noteShown(queue, 'a', inStep, 5002);
  expect(queue.entries.get('a')?.phase?.at).toBe('settling');
});

test('a failure of one that had failed before says nothing of the source, unless it goes first', () => {
  for (const first of [false, true]) {
    const queue = newQueue();
    untilWaiting(queue, [memberOf('a', { first })], 0);
    tasksOf(queue, 0);
    noteShown(queue, 'a', rollingTo('1', [S], true), 0);
    noteEnd(queue, 'a', 'failed');
    expect(proofOf(queue.proofs, S).is).toBe(first ? 'failed' : 'open');
  }
});
