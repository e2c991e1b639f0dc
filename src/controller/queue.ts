import { type Entry, type Member, newEntry } from './entry.ts';
import {
  beginProof,
  createProofs,
  dropProofs,
  endProof,
  failuresOf,
  openProof,
  type Proofs,
} from './proofs.ts';
import { settle } from './settle.ts';
import type { RolloutEnd, SourceKey, WorkloadKey } from './source-state.ts';

/** The pace. Times are in milliseconds. */
export interface Pace {
  /** However often its sources are edited, a workload settles after so long. */
  readonly settleMostMs: number;
  /** So many workloads may roll at once. */
  readonly concurrent: number;
  readonly concurrentPerNamespace: number;
  /** A workload is not rolled again so soon. */
  readonly restMs: number;
  /** So many workloads are looked at at the same time. */
  readonly looks: number;
}

/**
 * The workloads whose sources were edited, from the edit to the end of the rollout. The functions of this room are told
 * what happens, and `tasksOf` says what is to be done. All times come from one monotonic clock, in milliseconds.
 */
export interface Queue {
  readonly pace: Pace;
  readonly proofs: Proofs;
  /** Whether a workload may be rolled at this time of the week. */
  readonly isOpen: (key: WorkloadKey) => boolean;
  readonly entries: Map<WorkloadKey, Entry>;
  /** Those that are to be looked at when nothing else is to be done. */
  readonly looks: Map<WorkloadKey, Member>;
  /** When a workload was last rolled, if that is not long ago. */
  readonly rolledMs: Map<WorkloadKey, number>;
  /** Those whose last rollout has failed. */
  readonly failed: Set<WorkloadKey>;
  /** A number that is higher the later a workload of the namespace had its turn. */
  readonly servedAt: Map<string, number>;
}

export const createQueue = (pace: Pace, isOpen: Queue['isOpen']): Queue => ({
  pace,
  proofs: createProofs(pace.restMs),
  isOpen,
  entries: new Map(),
  looks: new Map(),
  rolledMs: new Map(),
  failed: new Set(),
  servedAt: new Map(),
});

/** The workload's entry. A new one if it has none. */
export function entryOf({ entries }: Queue, member: Member): Entry {
  const entry = entries.get(member.key) ?? newEntry(member);
  entries.set(member.key, entry);
  entry.member = member;
  return entry;
}

/** Drops the entry of a workload that is not on its way any more. */
export function dropIfOver({ entries }: Queue, { phase, rolling, member }: Entry): void {
  if (!phase && !rolling) entries.delete(member.key);
}

/** A source was edited. Those who use it settle. */
export function noteEdit(queue: Queue, source: SourceKey, users: readonly Member[], nowMs: number): void {
  const keys = users.map(({ key }) => key);
  openProof(queue.proofs, source, keys);
  for (const member of users) settle(queue.pace, entryOf(queue, member), nowMs);
}

/** The workload is to be looked at, when nothing else is to be done. */
export function noteLook({ looks }: Queue, member: Member): void {
  looks.set(member.key, member);
}

/** A rollout that an earlier leader has started. */
export interface Earlier {
  readonly moved: readonly SourceKey[];
  readonly rolledMs: number;
  readonly isUnderWay: boolean;
}

export function noteEarlier(queue: Queue, member: Member, { moved, rolledMs, isUnderWay }: Earlier): void {
  queue.rolledMs.set(member.key, rolledMs);
  if (!isUnderWay) return;
  entryOf(queue, member).rolling = { sinceMs: rolledMs, moved };
  beginProof(queue.proofs, moved, member.key, rolledMs);
}

/** A workload has other sources or settings now. */
export function noteChange({ entries, looks }: Queue, member: Member): void {
  const entry = entries.get(member.key);
  if (entry) entry.member = member;
  if (looks.has(member.key)) looks.set(member.key, member);
}

/** The workload exists no more, or asks for no rollouts after edits any more. */
export function noteGone({ entries, looks, rolledMs, failed, proofs }: Queue, key: WorkloadKey): void {
  entries.delete(key);
  looks.delete(key);
  rolledMs.delete(key);
  failed.delete(key);
  dropProofs(proofs, key);
}

/** The rollout of a workload has ended. */
export function noteEnd(queue: Queue, key: WorkloadKey, end: RolloutEnd): void {
  const entry = queue.entries.get(key);
  if (!entry?.rolling) return;
  endProof(queue.proofs, entry.rolling.moved, key, end);
  if (end === 'failed') queue.failed.add(key);
  else queue.failed.delete(key);
  entry.rolling = undefined;
  dropIfOver(queue, entry);
}

/** The pods of a workload whose rollout has failed are ready after all, so others may follow. */
export function noteMended({ failed, proofs }: Queue, key: WorkloadKey): void {
  failed.delete(key);
  for (const [source, by] of failuresOf(proofs)) if (by === key) endProof(proofs, [source], key, 'complete');
}
