/**
 * How long a review may take, in milliseconds: the configured deadline, or less where the API server waits for less.
 * A tenth of its timeout, and at least 200 ms, is left for the way back.
 * @param timeout the `timeout` of the request's query, in Go's notation (`5s`, `500ms`, `1m0s`)
 */
export function reviewBudget(deadlineMs: number, timeout: string | undefined): number {
  const waits = timeout === undefined ? undefined : goDuration(timeout);
  // Infinity: more digits than a float holds.
  if (waits === undefined || waits === Number.POSITIVE_INFINITY) return deadlineMs;
  // Whole milliseconds: AbortSignal.timeout throws at a fraction.
  return Math.max(1, Math.floor(Math.min(deadlineMs, waits - Math.max(200, waits / 10))));
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A Go duration in whole milliseconds, rounded; undefined where it is none. */
export function goDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}
