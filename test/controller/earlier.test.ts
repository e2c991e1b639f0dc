import { expect, test } from 'vitest';
import { noteEarlier } from '../../src/controller/earlier.ts';
import { proofOf } from '../../src/controller/proofs.ts';
import { noteEnd } from '../../src/controller/queue.ts';
import { memberOf, newQueue, S } from './given.ts';

const earlier = (rolledMs: number, isUnderWay = true) => ({ moved: [S], rolledMs, isUnderWay });

test('what an earlier leader has begun takes its place, is looked at, and others wait for it', () => {
  const queue = newQueue();
  noteEarlier(queue, memberOf('a'), earlier(-30_000));
  expect(queue.entries.get('a')?.rolling).toMatchObject({ sinceMs: -30_000, moved: [S] });
  expect([...queue.looks.keys()]).toEqual(['a']);
  expect(proofOf(queue.proofs, S)).toMatchObject({ is: 'under-way', by: 'a' });
});

test('its success proves nothing, because nobody saw the edits in between, but its failure counts', () => {
  for (const [end, is] of [
    ['complete', 'open'],
    ['failed', 'failed'],
  ] as const) {
    const queue = newQueue();
    noteEarlier(queue, memberOf('a'), earlier(-30_000));
    noteEnd(queue, 'a', end);
    expect(proofOf(queue.proofs, S).is).toBe(is);
  }
});

test('of several, the last one is waited for, and they do not make the rest longer', () => {
  const queue = newQueue();
  for (const [key, rolledMs] of [
    ['a', -3],
    ['b', -1],
    ['c', -2],
  ] as const)
    noteEarlier(queue, memberOf(key), earlier(rolledMs));
  expect(queue.proofs.states.get(S)).toMatchObject({ proof: { by: 'b' }, rolledMs: -1, restMs: 60_000 });
});

test('one that is over only rests', () => {
  const queue = newQueue();
  noteEarlier(queue, memberOf('a'), earlier(-30_000, false));
  expect([queue.entries.size, queue.proofs.states.size, queue.rolledMs.get('a')]).toEqual([0, 0, -30_000]);
});
