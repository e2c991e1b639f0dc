import type { Contents, Entry, Phase, Tried } from './entry.ts';
import { noteOther, noteSame } from './other-content.ts';
import { beginProof, endProof } from './proofs.ts';
import { dropIfOver, type Queue } from './queue.ts';
import { settle } from './settle.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';

/** A rollout that has begun. */
export interface Begun {
  readonly moved: readonly SourceKey[];
  /** As the workload's template records them now. */
  readonly contents: Contents;
  /** The rollout before this one had failed. */
  readonly hadFailed: boolean;
}

/** What a look at a workload, or the attempt to write it, has shown. */
export type Shown =
  /** It carries what it should. If a write got no answer, this is what it has begun. */
  | { readonly shows: 'in-step'; readonly contents: Contents }
  /** Nothing is to be done, or not by us. These sources have moved nonetheless, and hold this now. */
  | { readonly shows: 'left'; readonly moved: readonly SourceKey[]; readonly live: Contents }
  /** These sources have moved. */
  | { readonly shows: 'moved'; readonly moved: readonly SourceKey[]; readonly live: Contents }
  | ({ readonly shows: 'rolling' } & Begun)
  /** The API server could not be asked. */
  | { readonly shows: 'failure' };

/** After a failure the workload is looked at again: 1 s, 2 s, ... up to a minute later. */
const retryMs = (failures: number): number => Math.min(1000 * 2 ** failures, 60_000);

/** A write that got no answer may have begun a rollout. So many looks later, nobody waits for it any more. */
const LOST = 8;

function nextPhase(what: Shown, failures: number, nowMs: number): Phase | undefined {
  switch (what.shows) {
    case 'in-step':
    case 'left':
    case 'rolling':
      return undefined;
    case 'moved':
      return { at: 'waiting', sinceMs: nowMs };
    case 'failure':
      return { at: 'settling', untilMs: nowMs + retryMs(failures) };
    default:
      return what satisfies never;
  }
}

function begin(queue: Queue, entry: Entry, { moved, contents, hadFailed }: Begun, nowMs: number): void {
  const { rolling, member } = entry;
  const { key } = member;
  queue.rolledMs.set(key, nowMs);
  entry.rolling = {
    sinceMs: nowMs,
    // The new template has what the one before it was to prove, too.
    moved: [...new Set([...(rolling?.moved ?? []), ...moved])],
    contents,
    // It failed for a content that has another one now, or that has not.
    hadFailed: rolling ? rolling.hadFailed : hadFailed && !queue.failed.has(key),
  };
  beginProof(queue.proofs, moved, key, nowMs);
}

function withdraw({ proofs }: Queue, { member }: Entry, sources: readonly SourceKey[]): void {
  for (const source of sources) endProof(proofs, source, member.key, 'nothing');
}

function noteWrite(queue: Queue, entry: Entry, what: Shown, nowMs: number): void {
  const { moved } = entry;
  if (what.shows === 'rolling') begin(queue, entry, what, nowMs);
  else if (what.shows === 'failure') entry.tried = { atMs: nowMs, sources: moved, outdated: false };
  else withdraw(queue, entry, moved);
}

/** Looks what has become of a write that got no answer. */
function noteTried(
  queue: Queue,
  entry: Entry,
  { atMs, sources, outdated }: Tried,
  what: Shown,
  nowMs: number,
) {
  if (what.shows === 'failure' && entry.failures < LOST) return;
  entry.tried = undefined;
  if (what.shows === 'in-step') {
    begin(queue, entry, { moved: sources, contents: what.contents, hadFailed: false }, nowMs);
    return;
  }
  if (what.shows !== 'moved' || outdated) queue.rolledMs.set(entry.member.key, atMs);
  withdraw(queue, entry, sources);
}

function noteContents({ proofs }: Queue, entry: Entry, what: Shown): void {
  const { key, sources } = entry.member;
  if (what.shows === 'in-step') noteSame(proofs, sources, key);
  if (what.shows === 'moved' || what.shows === 'left') noteOther(proofs, what.moved, what.live, key);
  if (what.shows === 'moved') entry.moved = what.moved;
}

/** What is shown if there is nothing to look at. */
export const NOTHING: Shown = { shows: 'left', moved: [], live: new Map() };

/** Ends a look at a workload, or a write. If a source was edited meanwhile, the workload settles again. */
export function noteShown(queue: Queue, key: WorkloadKey, what: Shown, nowMs: number): void {
  const entry = queue.entries.get(key);
  // The workload has gone and come back meanwhile.
  if (entry?.phase?.at !== 'judging' && entry?.phase?.at !== 'bringing') return;
  if (entry.phase.at === 'bringing') noteWrite(queue, entry, what, nowMs);
  else if (entry.tried) noteTried(queue, entry, entry.tried, what, nowMs);
  noteContents(queue, entry, what);
  entry.phase = nextPhase(what, entry.failures, nowMs);
  // A write may fail again and again after looks that succeed.
  if (what.shows === 'failure') entry.failures += 1;
  else if (what.shows !== 'moved') entry.failures = 0;
  const { edited } = entry;
  if (what.shows !== 'moved') entry.edits = undefined;
  if (edited) {
    entry.edited = undefined;
    settle(queue.pace, entry, edited.sources, edited.atMs);
  }
  dropIfOver(queue, entry);
}
