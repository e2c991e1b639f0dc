import { type Entry, isPending, takesPlace } from './entry.ts';
import { obstacleOf } from './proofs.ts';
import type { Queue } from './queue.ts';

/** A moment in which somebody may have a turn. */
interface Moment {
  readonly nowMs: number;
  /** Places that are taken, by namespace. */
  readonly taken: ReadonlyMap<string, number>;
  /** Those on their way that go before others. They may not have been looked at yet. */
  readonly ahead: readonly Entry[];
}

function momentOf({ entries, failed }: Queue, nowMs: number): Moment {
  const taken = new Map<string, number>();
  const ahead: Entry[] = [];
  for (const entry of entries.values()) {
    const { key, namespace, first } = entry.member;
    if (takesPlace(entry)) taken.set(namespace, (taken.get(namespace) ?? 0) + 1);
    // An edit after a failure is to mend it.
    if (entry.phase && (first || failed.has(key))) ahead.push(entry);
  }
  return { nowMs, taken, ahead };
}

const takenIn = ({ taken }: Moment, { member }: Entry): number => taken.get(member.namespace) ?? 0;

function hasPlace({ pace }: Queue, moment: Moment, entry: Entry): boolean {
  // The rollout that it replaces has its place already.
  if (takesPlace(entry)) return true;
  const all = [...moment.taken.values()].reduce((sum, count) => sum + count, 0);
  return all < pace.concurrent && takenIn(moment, entry) < pace.concurrentPerNamespace;
}

function mayRoll({ pace, proofs, rolledMs, isOpen }: Queue, { nowMs, ahead }: Moment, entry: Entry): boolean {
  const { member, moved } = entry;
  const lastMs = rolledMs.get(member.key);
  if (lastMs !== undefined && nowMs - lastMs < pace.restMs) return false;
  if (obstacleOf(proofs, moved, member.key, nowMs)) return false;
  if (!ahead.includes(entry) && ahead.some((other) => isPending(other, moved))) return false;
  return isOpen(member.key);
}

function rankOf({ servedAt }: Queue, moment: Moment, entry: Entry): readonly number[] {
  return [
    moment.ahead.includes(entry) ? 0 : 1,
    takenIn(moment, entry),
    servedAt.get(entry.member.namespace) ?? 0,
    entry.phase?.at === 'waiting' ? entry.phase.sinceMs : 0,
  ];
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
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
