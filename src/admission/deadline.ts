import { goDuration } from '../duration.ts';

/**
 * How long a review may take, in milliseconds: the configured deadline, or less where the API server waits
 * for less. A tenth of its timeout, and at least 200 ms, is left for the way back.
 * @param timeout the `timeout` of the request's query, in Go's notation (`5s`, `500ms`, `1m0s`)
 */
export function reviewBudget(deadlineMs: number, timeout: string | undefined): number {
  const waits = timeout === undefined ? undefined : goDuration(timeout);
  // Infinity: more digits than a float holds.
  if (waits === undefined || waits === Number.POSITIVE_INFINITY) return deadlineMs;
  // Whole milliseconds: AbortSignal.timeout throws at a fraction.
  return Math.max(1, Math.floor(Math.min(deadlineMs, waits - Math.max(200, waits / 10))));
}
