import { type Entry, type Member, newEntry, pendingOf } from './entry.ts';
import { type Aftermath, dropProofs, openProof, reviewProofs, UNDONE } from './other-content.ts';
import { createProofs, endProof, type Proofs } from './proofs.ts';
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

/** What the queue asks of workloads as they are now. */
export interface WorkloadView extends Aftermath {
  /** Whether it may be rolled at this time of the week. */
  isOpen(key: WorkloadKey): boolean;
  /**
   * What the workload's pods read of a source, as its template records it: another text for another content. `UNDONE`:
   * it was rolled back to another one. Undefined: nothing says it, or it has no pods.
   */
  contentOf(key: WorkloadKey, source: SourceKey): string | undefined;
  /** Whether all its pods have its present template, and are ready. */
  isComplete(key: WorkloadKey): boolean;
}

/**
 * The workloads whose sources were edited, from the edit to the end of the rollout. The functions of this room are told
 * what happens, and `tasksOf` says what is to be done. All times come from one monotonic clock, in milliseconds.
 */
export interface Queue {
  readonly pace: Pace;
  readonly proofs: Proofs;
  readonly view: WorkloadView;
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

export const createQueue = (pace: Pace, view: WorkloadView): Queue => ({
  pace,
  proofs: createProofs(pace.restMs),
  view,
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

/** The sources for which somebody may still roll. */
export function pendingIn({ entries, looks }: Queue): ReadonlySet<SourceKey> {
  const pending = new Set<SourceKey>();
  for (const entry of entries.values()) for (const source of pendingOf(entry)) pending.add(source);
  for (const { sources } of looks.values()) for (const source of sources) pending.add(source);
  return pending;
}

/** A source was edited. Those who use it settle. */
export function noteEdit(queue: Queue, source: SourceKey, users: readonly Member[], nowMs: number): void {
  const keys = users.map(({ key }) => key);
  openProof(queue.proofs, source, keys);
  for (const member of users) settle(queue.pace, entryOf(queue, member), [source], nowMs);
}

/** The workload is to be looked at, when nothing else is to be done. */
export function noteLook({ looks }: Queue, member: Member): void {
  looks.set(member.key, member);
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

/**
 * The rollout of a workload has ended.
 * @returns how it counts
 */
export function noteEnd(queue: Queue, key: WorkloadKey, end: RolloutEnd): RolloutEnd {
  const { entries, proofs, failed, view } = queue;
  const entry = entries.get(key);
  if (!entry?.rolling) return end;
  const { moved, contents, hadFailed } = entry.rolling;
  // Somebody did not like what he saw.
  const wasUndone = moved.some((source) => view.contentOf(key, source) === UNDONE);
  const counts = wasUndone ? 'failed' : end;
  // The owner of one that goes first has said that its failure counts.
  const tellsNothing = end === 'failed' && hadFailed && !entry.member.first;
  for (const source of moved) {
    const now = view.contentOf(key, source);
    const wrote = contents.get(source) ?? now;
    // It has no pods, or another template has taken the place of the one that was to prove it.
    const isReplaced = counts === 'complete' && (now === undefined || now !== wrote);
    endProof(proofs, source, key, tellsNothing || isReplaced ? 'nothing' : counts, wrote);
  }
  if (counts === 'failed') failed.add(key);
  else failed.delete(key);
  entry.rolling = undefined;
  dropIfOver(queue, entry);
  return counts;
}

/** Looks whether a workload has come through after all, so that others may follow. */
export function noteProgress({ entries, failed, proofs, view }: Queue): void {
  reviewProofs(proofs, view, (key) => {
    const entry = entries.get(key);
    return entry?.rolling !== undefined || entry?.phase?.at === 'bringing';
  });
  // One that is on its way keeps its rank: the edit that it was waiting for has made it so.
  for (const key of failed) if (!entries.has(key) && view.isComplete(key)) failed.delete(key);
}
