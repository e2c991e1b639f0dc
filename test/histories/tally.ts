import type { Checked, Count } from './checker/check.ts';
import { INVARIANTS, type Invariant } from './checker/verdict.ts';
import type { OperationKind } from './operations.ts';
import type { Recording } from './to-history.ts';

/** The results of a run of many histories. */
export interface Tally {
  histories: number;
  kills: number;
  /** Operations by kind: the number that succeeded, and the number of all. */
  readonly operations: Map<OperationKind, { done: number; all: number }>;
  readonly counts: Map<Invariant, Count>;
}

export const emptyTally = (): Tally => ({
  histories: 0,
  kills: 0,
  operations: new Map(),
  counts: new Map(),
});

const NONE: Count = { held: 0, exempt: new Map() };

function sum(a: Count, b: Count): Count {
  const exempt = new Map(a.exempt);
  for (const [why, n] of b.exempt) exempt.set(why, (exempt.get(why) ?? 0) + n);
  return { held: a.held + b.held, exempt };
}

/** Adds one more history. */
export function add(tally: Tally, { deeds }: Recording, { counts }: Checked): void {
  tally.histories += 1;
  tally.kills += deeds.kills.length;
  for (const { operation, answers } of deeds.done) {
    const { done, all } = tally.operations.get(operation.do) ?? { done: 0, all: 0 };
    // An operation that needs no call has no answer.
    const succeeded = (answers.at(-1)?.status ?? 200) < 300;
    tally.operations.set(operation.do, { done: done + (succeeded ? 1 : 0), all: all + 1 });
  }
  for (const invariant of INVARIANTS)
    tally.counts.set(invariant, sum(tally.counts.get(invariant) ?? NONE, counts.get(invariant) ?? NONE));
}

/** The share of the calls that lockstep should have reviewed and did not: 0 to 1. */
export function uncheckedShare({ counts }: Tally): number {
  const { held, exempt } = counts.get('Checked') ?? NONE;
  const unchecked = [...exempt.values()].reduce((total, n) => total + n, 0);
  return unchecked / Math.max(1, held + unchecked);
}

/** A tally as lines to read. */
export function describeTally(tally: Tally): string[] {
  const total = [...tally.operations.values()].reduce((n, { all }) => n + all, 0);
  return [
    `${tally.histories} histories, ${total} operations, ${tally.kills} replicas killed`,
    `operations (succeeded of all): ${[...tally.operations]
      .sort(([, a], [, b]) => b.all - a.all)
      .map(([kind, { done, all }]) => `${kind} ${done}/${all}`)
      .join(', ')}`,
    ...[...tally.counts].map(([invariant, { held, exempt }]) => {
      const exemptions = [...exempt].map(([why, n]) => `${n} ${why}`);
      return `${invariant}: held ${held} times${exemptions.length > 0 ? `; exempt: ${exemptions.join(', ')}` : ''}`;
    }),
  ];
}
