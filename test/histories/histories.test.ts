import { expect, test } from 'vitest';
import { describeFailure, search } from './search.ts';
import { describeTally, uncheckedShare } from './tally.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

test('with several clients and two replicas, one killed now and then, invariants 1 to 4 hold and pods of one ReplicaSet answer alike', async () => {
  const { tally, failure } = await search(arena(), {
    ...{ clients: 4, length: 30, kills: 2, seed: 20_339, runs: 10 },
    timeLimitMs: 45_000,
    shrinkMs: 60_000,
  });
  console.log(describeTally(tally).join('\n'));
  expect(failure ? describeFailure(failure).join('\n') : 'no violation').toBe('no violation');
  // If most calls were exempt, or no call was relevant to an invariant, the run would have shown nothing.
  expect(uncheckedShare(tally)).toBeLessThan(0.1);
  // A create that adopts comes in every fifth history.
  const often = [...tally.counts].filter(([invariant]) => invariant !== 'Adopted');
  for (const [invariant, { held }] of often) expect(held, invariant).toBeGreaterThan(0);
}, 240_000);
