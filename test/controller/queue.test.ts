import { expect, test } from 'vitest';
import { UNDONE } from '../../src/controller/other-content.ts';
import { proofOf } from '../../src/controller/proofs.ts';
import { noteEnd } from '../../src/controller/queue.ts';
import type { RolloutEnd } from '../../src/controller/source-state.ts';
import { memberOf, newQueue, roll, S, untilWaiting } from './given.ts';

test.each<{ end: RolloutEnd; now: string | undefined; counts: RolloutEnd; proof: string }>([
  { end: 'complete', now: '1', counts: 'complete', proof: 'given' },
  { end: 'complete', now: UNDONE, counts: 'failed', proof: 'failed' },
  { end: 'overdue', now: UNDONE, counts: 'failed', proof: 'failed' },
  { end: 'complete', now: undefined, counts: 'complete', proof: 'open' },
  { end: 'complete', now: '2', counts: 'complete', proof: 'open' },
  { end: 'failed', now: '2', counts: 'failed', proof: 'failed' },
])('a rollout that is $end with the content $now leaves the proof $proof', ({ end, now, counts, proof }) => {
  const queue = newQueue({ view: { contentOf: () => now } });
  untilWaiting(queue, [memberOf('a')], 0);
  roll(queue, 0);
  expect(noteEnd(queue, 'a', end)).toBe(counts);
  expect(proofOf(queue.proofs, S).is).toBe(proof);
});
