import { expect, test } from 'vitest';
import { FOLLOWING_EDITS } from './arena.ts';
import type { Invariant } from './checker/verdict.ts';
import { describeFailure, search } from './search.ts';
import { describeTally, uncheckedShare } from './tally.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

/** Plays random histories, and expects that they break nothing and show something. */
async function playMany(seed: number, runs: number, timeLimitMs: number): Promise<void> {
  const { tally, failure } = await search(arena(), {
    ...{ clients: 4, length: 30, kills: 2, seed, runs, timeLimitMs },
    shrinkMs: 60_000,
  });
  console.log(describeTally(tally).join('\n'));
  expect(failure ? describeFailure(failure).join('\n') : 'no violation').toBe('no violation');
  // If most calls were exempt, or no call was relevant to an invariant, the run would have shown nothing.
  expect(uncheckedShare(tally)).toBeLessThan(0.1);
  // A create that adopts comes in every fifth history. DaemonSets have no scale that could meet a conflict.
  const rare: readonly Invariant[] = ['Adopted', 'Never in the way', 'Held'];
  const often = [...tally.counts].filter(([invariant]) => !rare.includes(invariant));
  for (const [invariant, { held }] of often) expect(held, invariant).toBeGreaterThan(0);
}

test('of workloads of all kinds, with several clients and two replicas, one killed now and then, invariants 1 to 4 hold and pods of one revision or Job answer alike', async () => {
  await playMany(20_339, 6, 30_000);
}, 240_000);

test('the same holds where a replica follows edits, and workloads are in step at rest without a call', async () => {
  await arena().become(FOLLOWING_EDITS);
  await playMany(20_340, 4, 25_000);
}, 240_000);
