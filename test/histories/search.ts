import fc from 'fast-check';
import { type PlanShape, plans } from './arbitraries.ts';
import type { Arena } from './arena.ts';
import { type Checked, check } from './checker/check.ts';
import type { Violation } from './checker/verdict.ts';
import { describeDeed } from './drive.ts';
import { describePlan, type Plan, sizeOf } from './operations.ts';
import { add, emptyTally, type Tally } from './tally.ts';
import { type Recording, toHistory } from './to-history.ts';
import { versionOf } from './wire.ts';

export interface SearchOptions extends PlanShape {
  readonly seed: number;
  /** The maximum number of histories. */
  readonly runs: number;
  /** The time after which no further history begins. */
  readonly timeLimitMs: number;
  /** How long to look for a shorter failing history after one is found. 0: not at all. */
  readonly shrinkMs: number;
  /** The history of the seed to start at (fast-check's path). */
  readonly path?: string | undefined;
  readonly onHistory?: (plan: Plan, checked: Checked) => void;
}

/** A violation of an invariant, or something that `impact` has foretold wrongly. */
type Wrong = Violation | { readonly invariant: 'Foretold'; readonly message: string };

export interface Failure {
  readonly plan: Plan;
  readonly recording: Recording;
  readonly violations: readonly Wrong[];
  readonly shape: PlanShape;
  readonly seed: number;
  /** The path of the shortest failing history, in fast-check's notation. */
  readonly path: string | null;
  /** The number of histories up to and including the first that failed. */
  readonly after: number;
}

export interface SearchResult {
  readonly tally: Tally;
  readonly failure: Failure | undefined;
}

/**
 * A failing history may not fail every time, because clients race. A shorter one, or one that is played
 * again, gets this many tries.
 */
const CHANCES = 3;

type Found = Pick<Failure, 'plan' | 'recording' | 'violations'>;

/**
 * Plays random plans until one violates an invariant. Then it plays shorter ones, and keeps the shortest that
 * fails.
 */
export async function search(arena: Arena, options: SearchOptions): Promise<SearchResult> {
  const { seed, runs, timeLimitMs, shrinkMs, path, onHistory } = options;
  const tally = emptyTally();
  let end = performance.now() + timeLimitMs;
  let best: Found | undefined;
  let after = 0;
  let shrinkUntil = 0;

  async function play(plan: Plan): Promise<boolean> {
    const begin = performance.now();
    const recording = await arena.play(plan);
    // A wait for a rollout without end shows nothing else.
    if (recording.unrest) end += performance.now() - begin;
    const checked = check(toHistory(recording));
    onHistory?.(plan, checked);
    if (!best) add(tally, recording, checked);
    const foretold = recording.unforetold.map((message) => ({ invariant: 'Foretold', message }) as const);
    const violations = [...checked.violations, ...foretold];
    if (violations.length === 0) return true;
    if (!best) {
      after = tally.histories;
      shrinkUntil = performance.now() + shrinkMs;
    }
    if (!best || sizeOf(plan) <= sizeOf(best.plan)) best = { plan, recording, violations };
    return false;
  }

  async function holds(plan: Plan): Promise<boolean> {
    if (!best && performance.now() > end) return true;
    if (!best && path === undefined) return play(plan);
    for (let chance = 0; chance < CHANCES; chance += 1) {
      if (best && performance.now() > shrinkUntil) return true;
      if (!(await play(plan))) return false;
    }
    return true;
  }

  const details = await fc.check(fc.asyncProperty(plans(options), holds), {
    seed,
    numRuns: runs,
    endOnFailure: shrinkMs === 0,
    ...(path !== undefined && { path }),
  });
  // An error that is thrown inside is not a violation: a rollout without end, or a cluster that has stopped.
  if (details.failed && details.errorInstance instanceof Error && !best) throw details.errorInstance;
  const failure = best && { ...best, shape: options, seed, path: details.counterexamplePath, after };
  return { tally, failure };
}

/** A failure as lines to read: the violation, the calls that led to it, and how to play it again. */
export function describeFailure(failure: Failure): string[] {
  const { plan, recording, violations, shape, seed, path, after } = failure;
  const again = Object.entries({
    seed,
    path,
    clients: shape.clients,
    length: shape.length,
    kills: shape.kills,
    pins: shape.pins ?? 'drawn',
    kinds: shape.kinds ?? 'mixed',
  })
    .filter(([, value]) => value !== null)
    .map(([flag, value]) => `--${flag} ${value}`);
  return [
    `violated in history ${after} of seed ${seed}; the shortest that still fails:`,
    ...violations.map(({ invariant, message }) => `  ${invariant}: ${message}`),
    'the plan:',
    ...describePlan(plan).map((line) => `  ${line}`),
    'as it went, in the order in which it was begun:',
    ...recording.deeds.done.map((done) => {
      const results = done.answers.map(({ method, status, body }) => {
        const version = versionOf(body);
        return `${method} ${status}${version === undefined ? '' : ` @${version}`}`;
      });
      return `  ${describeDeed(done)} -> ${results.join(', ')}`;
    }),
    `again: npm run histories -- ${again.join(' ')}`,
  ];
}
