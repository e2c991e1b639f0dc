import type { IndexedRollout } from './indexed.ts';
import { rollingOf } from './outlook.ts';
import { noteEnd, noteProgress } from './queue.ts';
import type { RolloutEnd, WorkloadKey } from './source-state.ts';
import type { TermState } from './state.ts';
import { targetOf } from './work.ts';

/** A rollout that an edit has started, as its follower knows it. */
export interface Followed {
  /** The number of the spec that started it. */
  readonly generation: number;
  /** The failure that the workload had before. Undefined: none. */
  readonly failure: string | undefined;
  /** What a look at its pods has shown after the patience was over. */
  readonly pods: 'not-looked' | 'looking' | 'some-ready';
  /** When they are looked at again, in milliseconds after the beginning. */
  readonly lookMs?: number;
}

/** What to do about a rollout: to end it, to look whether a pod is ready, or to wait. */
export type RolloutStep = RolloutEnd | 'look' | 'wait';

/**
 * How far a rollout is.
 * @param now what the index knows of it. Undefined: the workload asks for no rollouts any more
 */
export function rolloutStep(
  { generation, failure, pods, lookMs = 0 }: Followed,
  now: IndexedRollout | undefined,
  sinceMs: number,
  rules: { readonly patienceMs: number; readonly deadlineMs: number },
): RolloutStep {
  if (!now) return 'overdue';
  // The watch may be behind our own write.
  const isSeen = now.generation >= generation;
  if (isSeen && now.progress === 'complete') return 'complete';
  if (isSeen && now.progress === 'failed' && (now.failure === undefined || now.failure !== failure))
    return 'failed';
  if (sinceMs >= Math.max(rules.deadlineMs, now.deadlineMs ?? 0)) return 'overdue';
  return pods === 'not-looked' && sinceMs >= Math.max(rules.patienceMs, lookMs) ? 'look' : 'wait';
}

/** If nothing could be seen of its pods, they are looked at again after this. */
const LOOK_MS = 10_000;

/** A rollout that an earlier leader has started, or of which nothing else is known. */
const UNKNOWN: Followed = { generation: 0, failure: undefined, pods: 'not-looked' };

function endRollout({ queue, follows, index, reports, wake }: TermState, key: WorkloadKey, end: RolloutEnd) {
  const moved = queue.entries.get(key)?.rolling?.moved ?? [];
  const told = noteEnd(queue, key, end);
  follows.delete(key);
  const known = index.get(key);
  if (known) reports.onEnded(known, told, moved);
  wake.up();
}

async function lookAtPods(
  state: TermState,
  key: WorkloadKey,
  followed: Followed,
  sinceMs: number,
): Promise<void> {
  const { index, deps, follows, reports, signal } = state;
  const known = index.get(key);
  if (!known) return;
  follows.set(key, { ...followed, pods: 'looking' });
  let ready: 'some' | 'none' | 'unknown' = 'unknown';
  try {
    ready = await deps.ports.readyPod(targetOf(known, signal));
  } catch (error) {
    if (!signal.aborted) reports.onError(error);
  }
  // It may have ended meanwhile, or another one has begun.
  const present = follows.get(key);
  if (present?.pods !== 'looking' || present.generation !== followed.generation) return;
  const lookMs = sinceMs + LOOK_MS;
  follows.set(key, { ...followed, pods: ready === 'some' ? 'some-ready' : 'not-looked', lookMs });
  if (ready === 'none') endRollout(state, key, 'failed');
}

/** Looks how far the rollouts are that edits have started. */
export function followRollouts(state: TermState): void {
  const { queue, follows, index, deps } = state;
  for (const [key, sinceMs] of rollingOf(queue)) {
    const followed = follows.get(key) ?? UNKNOWN;
    const step = rolloutStep(followed, index.rolloutOf(key), state.now() - sinceMs, deps.rules.edit);
    if (step === 'look') void lookAtPods(state, key, followed, state.now() - sinceMs);
    else if (step !== 'wait') endRollout(state, key, step);
  }
  noteProgress(queue);
}
