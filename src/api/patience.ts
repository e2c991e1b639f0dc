import { sleep } from '../abort.ts';
import type { Pool } from './pool.ts';

/** Over which connections a request went out, and since when we wait for the API server's part. */
export interface Sent {
  readonly pool: Pool;
  /** A time of `performance.now()`. Infinity: the answer is there, and waits for us. */
  readonly at: number;
}

/**
 * How long a request may stay unanswered before it is sent once more beside the first. The API server's own
 * objective is 1 s for 99 % of reads. What takes longer is mostly a connection that died in silence.
 */
export const PATIENCE_MS = 1_000;

/** An API server that has just been slow gets more time: this many times what its last answer took. */
const PATIENCE_FACTOR = 2;

/** An answer tells for so long how fast the API server is. */
const RECENT_MS = 10_000;

/** Whether a request that was sent later has been answered. Then only this one's connection is at fault. */
export const isOvertaken = ({ pool, at }: Sent): boolean => pool.answeredSentAt > at;

/** How long until a request is overdue, in milliseconds. */
function leftMs(sent: Sent, leastPatienceMs: number): number {
  const { pool, at } = sent;
  const slowMs = pool.answeredAt > at - RECENT_MS ? pool.lastAnswerMs : 0;
  const patienceMs = Math.max(leastPatienceMs, PATIENCE_FACTOR * slowMs);
  const since = isOvertaken(sent) ? at : Math.max(at, pool.answeredAt);
  return since + patienceMs - performance.now();
}

/**
 * Resolves with true when a request has been unanswered for so long that its connection may be dead. Resolves
 * with false if the signal is aborted before.
 */
export async function untilOverdue(
  sent: Sent,
  signal: AbortSignal,
  leastPatienceMs: number,
): Promise<boolean> {
  const either = AbortSignal.any([signal, sent.pool.givenUp.signal]);
  while (!either.aborted) {
    const ms = leftMs(sent, leastPatienceMs);
    if (ms <= 0) return true;
    await sleep(Math.min(ms, leastPatienceMs), either);
  }
  return !signal.aborted;
}
