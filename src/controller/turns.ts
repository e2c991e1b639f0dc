import { type Entry, pendingOf, takesPlace } from './entry.ts';
import { failingOf } from './other-content.ts';
import { obstacleOf } from './proofs.ts';
import type { Queue } from './queue.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';

/** A moment in which somebody may have a turn. */
interface Moment {
  readonly nowMs: number;
  /** Places that are taken, by namespace. */
  readonly taken: ReadonlyMap<string, number>;
  readonly takenInAll: number;
  /** Those on their way that go before others. They may not have been looked at yet. */
  readonly ahead: ReadonlySet<WorkloadKey>;
  /** The sources for which these may still roll. */
  readonly kept: ReadonlySet<SourceKey>;
}

/** One that cannot be looked at or written for two minutes holds nobody up. */
const LOST = 8;

/** Whether one of its sources still has the content with which it has failed. */
type IsFailing = (key: WorkloadKey) => boolean;

/** An edit after a failure is to mend it. */
const isAhead = ({ failed }: Queue, { member }: Entry, isFailing: IsFailing): boolean =>
  member.first || (failed.has(member.key) && !isFailing(member.key));

/** Whether the others wait for one that goes before them. */
function holdsOthers({ proofs, view }: Queue, { member, phase, moved, failures }: Entry, nowMs: number) {
  const { key, first } = member;
  if (failures >= LOST) return false;
  // The owner has asked for it, so it holds them for as long as it takes.
  if (first || phase?.at !== 'waiting') return true;
  return view.isOpen(key) && !obstacleOf(proofs, moved, key, nowMs);
}

function momentOf(queue: Queue, nowMs: number): Moment {
  const failing = failingOf(queue.proofs);
  const taken = new Map<string, number>();
  const ahead = new Set<WorkloadKey>();
  const kept = new Set<SourceKey>();
  const keep = (sources: readonly SourceKey[]) => {
    for (const source of sources) kept.add(source);
  };
  let takenInAll = 0;
  for (const entry of queue.entries.values()) {
    const { key, namespace } = entry.member;
    if (takesPlace(entry)) {
      taken.set(namespace, (taken.get(namespace) ?? 0) + 1);
      takenInAll += 1;
    }
    if (!entry.phase || !isAhead(queue, entry, (of) => failing.has(of))) continue;
    ahead.add(key);
    if (holdsOthers(queue, entry, nowMs)) keep(pendingOf(entry));
  }
  for (const { first, sources } of queue.looks.values()) if (first) keep(sources);
  return { nowMs, taken, takenInAll, ahead, kept };
}

const takenIn = ({ taken }: Moment, { member }: Entry): number => taken.get(member.namespace) ?? 0;

function hasPlace({ pace }: Queue, moment: Moment, entry: Entry): boolean {
  // The rollout that it replaces has its place already.
  if (takesPlace(entry)) return true;
  return moment.takenInAll < pace.concurrent && takenIn(moment, entry) < pace.concurrentPerNamespace;
}

function mayRoll({ pace, proofs, rolledMs, view }: Queue, moment: Moment, { member, moved }: Entry): boolean {
  const { key } = member;
  const { nowMs, ahead, kept } = moment;
  const lastMs = rolledMs.get(key);
  if (lastMs !== undefined && nowMs - lastMs < pace.restMs) return false;
  if (!ahead.has(key) && moved.some((source) => kept.has(source))) return false;
  if (obstacleOf(proofs, moved, key, nowMs)) return false;
  return view.isOpen(key);
}

function rankOf({ servedAt }: Queue, moment: Moment, entry: Entry): readonly number[] {
  return [
    moment.ahead.has(entry.member.key) ? 0 : 1,
    takenIn(moment, entry),
    servedAt.get(entry.member.namespace) ?? 0,
    entry.phase?.at === 'waiting' ? entry.phase.sinceMs : 0,
  ];
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}

/** Why a workload that waits is not rolled now, besides what its sources are. */
export type Delay = 'window' | 'first' | 'place' | 'rest';

/** Tells, of each workload that waits, what it waits for. Undefined: its turn is about to come. */
export function delaysIn(queue: Queue, nowMs: number): (entry: Entry) => Delay | undefined {
  const moment = momentOf(queue, nowMs);
  return (entry) => {
    const { key } = entry.member;
    if (!queue.view.isOpen(key)) return 'window';
    if (!moment.ahead.has(key) && entry.moved.some((source) => moment.kept.has(source))) return 'first';
    if (!hasPlace(queue, moment, entry)) return 'place';
    return mayRoll(queue, moment, entry) ? undefined : 'rest';
  };
}

/**
 * The next workload to roll. One whose rollout failed goes first, and those that ask to go first. Among the others,
 * namespaces take turns.
 * @returns undefined if none may roll now
 */
export function nextInTurn(queue: Queue, nowMs: number): Entry | undefined {
  const moment = momentOf(queue, nowMs);
  let best: { readonly entry: Entry; readonly rank: readonly number[] } | undefined;
  for (const entry of queue.entries.values()) {
    if (entry.phase?.at !== 'waiting' || !hasPlace(queue, moment, entry)) continue;
    const rank = rankOf(queue, moment, entry);
    if ((!best || isBefore(rank, best.rank)) && mayRoll(queue, moment, entry)) best = { entry, rank };
  }
  return best?.entry;
}
