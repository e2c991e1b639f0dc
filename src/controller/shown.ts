import type { Entry, Phase } from './entry.ts';
import { endProof, liftFailures } from './proofs.ts';
import { dropIfOver, type Queue } from './queue.ts';
import { settle } from './settle.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';

/** What a look at a workload, or the attempt to write it, has shown. */
export type Shown =
  /** Nothing is to be done, or not now. */
  | { readonly shows: 'nothing' }
  /** These sources have moved. */
  | { readonly shows: 'moved'; readonly moved: readonly SourceKey[] }
  /** A rollout has begun. */
  | { readonly shows: 'rolling'; readonly moved: readonly SourceKey[] }
  /** The API server could not be asked. */
  | { readonly shows: 'failure' };

/** After a failure the workload is looked at again: 1 s, 2 s, ... up to a minute later. */
const retryMs = (failures: number): number => Math.min(1000 * 2 ** failures, 60_000);

function nextPhase(what: Shown, failures: number, nowMs: number): Phase | undefined {
  switch (what.shows) {
    case 'nothing':
    case 'rolling':
      return undefined;
    case 'moved':
      return { at: 'waiting', sinceMs: nowMs };
    case 'failure':
      return { at: 'settling', sinceMs: nowMs, untilMs: nowMs + retryMs(failures) };
    default:
      return what satisfies never;
  }
}

function noteRollout(queue: Queue, entry: Entry, what: Shown, nowMs: number): void {
  const { key } = entry.member;
  if (what.shows === 'rolling') {
    queue.rolledMs.set(key, nowMs);
    entry.rolling = { sinceMs: nowMs, moved: what.moved };
    // Nothing has begun that could prove anything.
  } else if (entry.phase?.at === 'bringing') endProof(queue.proofs, entry.moved, key, 'overdue');
  if (what.shows === 'moved') {
    entry.moved = what.moved;
    liftFailures(queue.proofs, what.moved, key);
  }
}

/** Ends a look at a workload, or a write. If a source was edited meanwhile, the workload settles again. */
export function noteShown(queue: Queue, key: WorkloadKey, what: Shown, nowMs: number): void {
  const entry = queue.entries.get(key);
  if (!entry) return;
  noteRollout(queue, entry, what, nowMs);
  entry.phase = nextPhase(what, entry.failures, nowMs);
  entry.failures = what.shows === 'failure' ? entry.failures + 1 : 0;
  const { editedMs } = entry;
  if (editedMs !== undefined) {
    entry.editedMs = undefined;
    entry.phase = undefined;
    settle(queue.pace, entry, editedMs);
  }
  dropIfOver(queue, entry);
}
