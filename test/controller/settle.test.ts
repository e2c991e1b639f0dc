import { expect, test } from 'vitest';
import { newEntry } from '../../src/controller/entry.ts';
import { noteEdit } from '../../src/controller/queue.ts';
import { settle } from '../../src/controller/settle.ts';
import { noteShown } from '../../src/controller/shown.ts';
import { tasksOf } from '../../src/controller/tasks.ts';
import { memberOf, movedTo, newQueue, rollingTo, S, textOf } from './given.ts';

const PACE = { settleMostMs: 60_000 };
const entry = () => newEntry(memberOf('a', { settleMs: 5000 }));

test('each edit begins the wait anew, up to a minute after the first', () => {
  const of = entry();
  settle(PACE, of, [S], 0);
  expect(of).toMatchObject({ cause: 'edit', phase: { at: 'settling', untilMs: 5000 } });
  settle(PACE, of, [S], 4000);
  expect(of.phase).toMatchObject({ untilMs: 9000 });
  settle(PACE, of, [S], 58_000);
  expect(of.phase).toMatchObject({ untilMs: 60_000 });
});

test('a workload may settle longer than all others', () => {
  const of = newEntry(memberOf('a', { settleMs: 90_000 }));
  settle(PACE, of, [S], 0);
  expect(of.phase).toMatchObject({ untilMs: 90_000 });
});

test('an edit during a look or a write is remembered', () => {
  const of = { ...entry(), phase: { at: 'judging' } as const };
  settle(PACE, of, [S], 7);
  expect(of).toMatchObject({ phase: { at: 'judging' }, edited: { atMs: 7, sources: [S] } });
});

test('after an edit, a look cannot tell what has become of a lost write', () => {
  const of = { ...entry(), tried: { atMs: 0, sources: [S], outdated: false } };
  settle(PACE, of, [S], 7);
  expect(of.tried.outdated).toBe(true);
});

test('edits without an end, some of them during each look, do not send it back for ever', () => {
  const [queue, member] = [newQueue({ pace: { settleMostMs: 20_000, restMs: 0 } }), memberOf('a')];
  const rolledMs: number[] = [];
  for (let nowMs = 0; nowMs < 50_000; nowMs += 100) {
    const tasks = tasksOf(queue, nowMs);
    noteEdit(queue, S, [member], nowMs);
    for (const task of tasks)
      noteShown(queue, 'a', task.do === 'judge' ? movedTo('2') : rollingTo('2'), nowMs);
    if (textOf(tasks).includes('bring a')) rolledMs.push(nowMs);
  }
  expect(rolledMs).toEqual([20_100, 40_200]);
});

test('an edit of one that has settled, and waits for its turn, makes it settle again', () => {
  const [queue, member] = [newQueue({ pace: { concurrent: 0 } }), memberOf('a')];
  noteEdit(queue, S, [member], 0);
  expect(textOf(tasksOf(queue, 5000))).toEqual(['judge a']);
  noteShown(queue, 'a', movedTo('2'), 5000);
  noteEdit(queue, S, [member], 70_000);
  expect(queue.entries.get('a')?.phase).toEqual({ at: 'settling', untilMs: 75_000 });
});
