import { goDuration } from '../duration.ts';

/**
 * How long a review may take, in milliseconds: the configured deadline, or less if the API server waits
 * for less. A tenth of the API server's timeout, and at least 200 ms, is left for the answer's way back.
 * @param timeout the `timeout` of the request's query, in Go's notation (`5s`, `500ms`, `1m0s`)
 */
export function reviewBudget(deadlineMs: number, timeout: string | undefined): number {
  const timeoutMs = timeout === undefined ? undefined : goDuration(timeout);
  // Infinity: the text has more digits than a float holds.
  if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return deadlineMs;
  // In whole milliseconds: AbortSignal.timeout throws on a fraction.
  return Math.max(1, Math.floor(Math.min(deadlineMs, timeoutMs - Math.max(200, timeoutMs / 10))));
}
