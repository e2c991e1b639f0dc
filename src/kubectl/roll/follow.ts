import { sleep } from '../../abort.ts';
import { progressOf } from '../../workloads/progress.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Session } from '../session.ts';
import { readWorkload } from '../workload-list.ts';

/** How a rollout ended. */
export type End = 'complete' | 'failed' | 'timed-out' | 'gone' | 'paused';

/** A rollout takes seconds at least. */
const EVERY_MS = 1_000;

/**
 * Waits until the rollout of a workload's present template ends.
 * @param start the workload as the write has left it that began the rollout
 */
export async function followRollout(
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
    if (performance.now() > until) return 'timed-out';
    if (!(await sleep(EVERY_MS, signal))) signal.throwIfAborted();
  }
}
