import { sleep } from '../../abort.ts';
import { progressOf } from '../../workloads/progress.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Session } from '../session.ts';
import { readWorkload } from '../workload-list.ts';

const ENDS = {
  complete: 'rolled out',
  failed: 'error: its rollout has failed: see kubectl rollout status, and kubectl lockstep doctor',
  'timed-out': 'error: its rollout takes longer than --timeout',
  gone: 'error: it was deleted meanwhile',
  paused: 'it is paused: its pods roll when somebody resumes it',
  'on-delete': 'its strategy is OnDelete: its pods change when somebody deletes them',
} as const;

type End = keyof typeof ENDS;

/** Ends at which nothing is wrong, and nothing is left to wait for. */
const GOOD: ReadonlySet<End> = new Set<End>(['complete', 'paused', 'on-delete']);

/** How a rollout ended. */
export interface Ended {
  /** Nothing went wrong. */
  readonly ok: boolean;
  /** For the person. */
  readonly how: string;
}

/** A rollout takes seconds at least. */
const EVERY_MS = 1_000;

async function untilEnd(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  start: Workload,
  timeoutMs: number,
): Promise<End> {
  const { kind, namespace, metadata } = start;
  const until = performance.now() + timeoutMs;
  // Its pods roll when somebody resumes it, and nobody knows when that is.
  if (start.paused) return 'paused';
  for (;;) {
    const now = await readWorkload(client, kind, namespace, metadata.name ?? '', signal);
    if (!now || now.metadata.uid !== metadata.uid) return 'gone';
    const progress = progressOf(now, start);
    if (progress !== 'under-way') return progress;
    if (start.strategy.type === 'on-delete') return 'on-delete';
    if (performance.now() > until) return 'timed-out';
    if (!(await sleep(EVERY_MS, signal))) signal.throwIfAborted();
  }
}

/**
 * Waits until the rollout of a workload's present template ends.
 * @param start the workload as the write has left it that began the rollout
 */
export async function followRollout(
  session: Pick<Session, 'client' | 'signal'>,
  start: Workload,
  timeoutMs: number,
): Promise<Ended> {
  const end = await untilEnd(session, start, timeoutMs);
  return { ok: GOOD.has(end), how: ENDS[end] };
}
