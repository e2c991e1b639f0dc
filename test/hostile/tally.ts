import { availableParallelism } from 'node:os';
import { describeAttack } from './attack/describe-attack.ts';
import type { Attack } from './attack/steps.ts';
import type { JudgedCall } from './checker/bystander-calls.ts';
import type { Fault } from './checker/fault.ts';
import type { Peaks } from './watching/health.ts';

/** The first fault of a kind, and how often the kind came. */
export interface Found {
  readonly fault: Fault;
  readonly kind: string;
  times: number;
  /** The case in which it came. undefined: after all cases. */
  readonly index: number | undefined;
  attack?: Attack;
  /** The smallest attack that was found to come to a fault of the same kind. undefined: it did not come again. */
  smallest?: Attack | undefined;
}

/** The results of a run. */
export interface Tally {
  /** Cases by family. */
  readonly cases: Map<string, number>;
  tenantCalls: number;
  /** The times of the bystander's calls, in milliseconds. */
  readonly times: number[];
  reviewed: number;
  checked: number;
  /** Calls that failed while the API server by itself was too slow. */
  excused: number;
  /** By kind. */
  readonly found: Map<string, Found>;
  peaks: Peaks | undefined;
  /** The load of the machine after each case. */
  readonly loads: number[];
}

export const emptyTally = (): Tally => ({
  cases: new Map(),
  tenantCalls: 0,
  times: [],
  reviewed: 0,
  checked: 0,
  excused: 0,
  found: new Map(),
  peaks: undefined,
  loads: [],
});

export function addCall(tally: Tally, { call, ms, checked, excused }: JudgedCall): void {
  tally.times.push(ms);
  if (call.reviewed) tally.reviewed += 1;
  if (checked) tally.checked += 1;
  if (excused) tally.excused += 1;
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** A fault as lines to read: what it is, the attack, and how to play its case again. */
export function describeFound(
  { fault, kind, times, index, attack, smallest }: Found,
  seed: number,
): string[] {
  const again = `npm run hostile -- --seed ${seed} --from ${index} --cases 1`;
  return [
    `${kind}, ${times} times: ${fault.message}`,
    index === undefined ? '  after the last case' : `  case ${index} of seed ${seed}; again: ${again}`,
    ...(smallest ? ['  the smallest attack that was found:'] : []),
    ...(attack ? describeAttack(smallest ?? attack).map((line) => `  ${line}`) : []),
  ];
}

/** A tally as lines to read. */
export function describeTally(tally: Tally, seed: number): string[] {
  const { cases, times, reviewed, checked, excused, found, loads, peaks, tenantCalls } = tally;
  const sorted = times.toSorted((a, b) => a - b);
  const total = [...cases.values()].reduce((sum, n) => sum + n, 0);
  return [
    `${total} cases, ${tenantCalls} calls of tenants: ${[...cases].map(([family, n]) => `${family} ${n}`).join(', ')}`,
    `bystander: ${times.length} calls, p50 ${percentile(sorted, 0.5)} ms, p99 ${percentile(sorted, 0.99)} ms, longest ${sorted.at(-1) ?? 0} ms; ${checked} of ${reviewed} checked, ${excused} failed because the API server was slow`,
    ...(peaks
      ? [
          `a replica at most: ${Math.round(peaks.rssMiB)} MiB, ${peaks.connections} connections, ${peaks.files} files, a stop of ${Math.round(peaks.stopMs)} ms`,
        ]
      : []),
    `the machine: ${availableParallelism()} cores, a load of ${percentile(
      loads.toSorted((a, b) => a - b),
      0.5,
    ).toFixed(1)} in the middle, ${Math.max(0, ...loads).toFixed(1)} at most`,
    found.size === 0 ? 'no fault' : `${found.size} kinds of fault:`,
    ...[...found.values()].flatMap((each) => describeFound(each, seed)),
  ];
}
