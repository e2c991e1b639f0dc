import { describe, expect, test } from 'vitest';
import type { PlanShape } from './arbitraries.ts';
import type { Bug } from './bugs.ts';
import type { Invariant } from './checker/verdict.ts';
import { planted } from './planted-program.ts';
import { describeFailure, search } from './search.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

interface Case {
  readonly bug: Bug;
  readonly breaks: Invariant;
  /** The shape of plans that bring the bug out. */
  readonly shape: PlanShape;
  /** A seed that brings it out soon. */
  readonly seed?: number;
}

const few = { clients: 2, length: 12, kills: 0, pins: 'nothing', late: false, alone: false } as const;
/** One client, so that all comes in the same order each time. */
const one = { ...few, clients: 1, length: 8 } as const;
/** Workloads whose pods read copies. */
const pinned = { ...few, length: 8, pins: 'both' } as const;

/** What others do to marks. One client does it, so that it comes in the same order each time. */
const others: PlanShape = {
  ...pinned,
  ...{ clients: 1, length: 24, late: true },
  weights: { scale: 3, edit: 3, undo: 2, apply: 2, 'copy marks': 1 },
};

const CASES: readonly Case[] = [
  {
    bug: 'cached-read',
    breaks: 'In step',
    shape: { ...few, weights: { scale: 1, edit: 1, 'set image': 1 } },
  },
  {
    bug: 'unconditional-patch',
    breaks: 'One rollout',
    shape: { ...few, clients: 4, length: 20, weights: { scale: 3, edit: 3, annotate: 1 } },
  },
  { bug: 'no-ceiling', breaks: 'No stale start', shape: { ...few, weights: { scale: 3, edit: 2 } } },
  {
    bug: 'whole-objects',
    breaks: 'Quiet',
    // An edited used key would be a reason to roll, too. That would hide most of the effect.
    shape: { ...few, edited: 'unused', weights: { edit: 2, annotate: 1, scale: 1 } },
  },
  {
    bug: 'empty-for-gone',
    breaks: 'Never worse',
    shape: { ...few, weights: { scale: 3, remove: 1, edit: 1 } },
  },
  {
    bug: 'read-once',
    breaks: 'In step',
    shape: { ...one, alone: true, weights: { scale: 1, remake: 1 } },
    seed: 20_338,
  },
  { bug: 'no-managers', breaks: 'Quiet', shape: others, seed: 20_685 },
  { bug: 'any-revision', breaks: 'Held', shape: others, seed: 20_685 },
  {
    bug: 'no-orphans',
    breaks: 'Never worse',
    // A source is removed, and the Deployment is created again over its pods.
    shape: { ...one, weights: { remove: 1, orphan: 1 } },
    seed: 20_344,
  },
  {
    bug: 'own-conflict',
    breaks: 'Never in the way',
    // The status of a rollout makes other conflicts, so that some of these do not count.
    shape: { ...one, length: 16, alone: true, edited: 'used', weights: { edit: 1, rescale: 1 } },
    seed: 21_772,
  },
  {
    bug: 'forgotten-reference',
    breaks: 'Pods alike',
    shape: { ...pinned, weights: { scale: 1, edit: 1 } },
  },
  {
    bug: 'late-copies',
    breaks: 'Pods alike',
    shape: { ...pinned, weights: { scale: 1, edit: 1 } },
  },
  {
    bug: 'first-owner',
    breaks: 'Pods alike',
    shape: { ...pinned, weights: { scale: 1, edit: 1 } },
  },
  {
    bug: 'endless-hold',
    breaks: 'In step',
    // Edit, scale-up, undo, edit, scale-up. One client does them, so that they come in this order each time.
    shape: { ...pinned, clients: 1, length: 24, edited: 'used', weights: { scale: 2, edit: 2, undo: 1 } },
    seed: 20_353,
  },
];

/**
 * How many histories of a shape and seed have held without a bug. Bugs with the same shape and seed share
 * them.
 */
const healthy = new Map<string, number>();

describe.each(CASES)('a planted bug, $bug', ({ bug, breaks, shape, seed = 20_262 }) => {
  const options = { ...shape, seed, timeLimitMs: 60_000, shrinkMs: 0 };

  test(`breaks "${breaks}", and without it the same histories hold`, async () => {
    await arena().become(planted(bug));
    const found = await search(arena(), { ...options, runs: 20, until: breaks });
    if (!found.failure) throw new Error(`not found in ${found.tally.histories} histories`);
    console.log(describeFailure(found.failure).slice(0, 3).join('\n'));
    expect(found.failure.violations.map(({ invariant }) => invariant)).toContain(breaks);
    const [these, many] = [JSON.stringify(options), found.failure.after];
    if ((healthy.get(these) ?? 0) >= many) return;
    await arena().become({});
    const without = await search(arena(), { ...options, runs: many });
    expect(without.failure ? describeFailure(without.failure).join('\n') : 'no violation').toBe(
      'no violation',
    );
    expect(without.tally.histories).toBe(many);
    healthy.set(these, many);
  }, 180_000);
});
