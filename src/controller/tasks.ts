import type { Cause, Entry } from './entry.ts';
import { forgetProofs } from './other-content.ts';
import { claimProof } from './proofs.ts';
import { entryOf, pendingIn, type Queue } from './queue.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';
import { nextInTurn } from './turns.ts';

/** What is to be done now. */
export type Task =
  | { readonly do: 'judge'; readonly key: WorkloadKey; readonly cause: Cause }
  | { readonly do: 'bring'; readonly key: WorkloadKey; readonly moved: readonly SourceKey[] };

function judgeNext(queue: Queue, nowMs: number): Task[] {
  const { entries, looks, pace } = queue;
  const tasks: Task[] = [];
  let free = pace.looks - [...entries.values()].filter(({ phase }) => phase?.at === 'judging').length;
  const judge = (entry: Entry) => {
    entry.phase = { at: 'judging' };
    tasks.push({ do: 'judge', key: entry.member.key, cause: entry.cause });
    free -= 1;
  };
  for (const entry of entries.values())
    if (free > 0 && entry.phase?.at === 'settling' && entry.phase.untilMs <= nowMs) judge(entry);
  for (const [key, member] of looks) {
    if (free <= 0) break;
    looks.delete(key);
    // One that is on its way is looked at anyway.
    if (entries.get(key)?.phase) continue;
    const entry = entryOf(queue, member);
    entry.cause = 'look';
    judge(entry);
  }
  return tasks;
}

function bringNext(queue: Queue, nowMs: number): Task[] {
  const { servedAt, proofs } = queue;
  const tasks: Task[] = [];
  for (;;) {
    const next = nextInTurn(queue, nowMs);
    if (!next) return tasks;
    const { key, namespace } = next.member;
    // Maps keep the order in which keys come, so the last one was served last.
    const last = [...servedAt.values()].at(-1) ?? 0;
    servedAt.delete(namespace);
    servedAt.set(namespace, last + 1);
    next.phase = { at: 'bringing' };
    claimProof(proofs, next.moved, key);
    tasks.push({ do: 'bring', key, moved: next.moved });
  }
}

/** What is to be done now. Each task is given once, and `noteShown` ends it. */
export function tasksOf(queue: Queue, nowMs: number): readonly Task[] {
  forgetProofs(queue.proofs, () => pendingIn(queue), nowMs);
  // Nobody waits for a turn.
  if (queue.entries.size === 0) queue.servedAt.clear();
  for (const [key, rolledMs] of queue.rolledMs)
    if (nowMs - rolledMs > queue.pace.restMs) queue.rolledMs.delete(key);
  return [...bringNext(queue, nowMs), ...judgeNext(queue, nowMs)];
}
