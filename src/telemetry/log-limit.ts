/** How many lines of one kind go into the log each minute. Anybody who reaches a port can cause a line. */
const MOST_LINES = 20;
const WINDOW_MS = 60_000;

/** Whether a line goes into the log, and how many like it were left out before. */
export type LogTurn = { readonly logs: true; readonly omitted: number } | { readonly logs: false };

interface Lines {
  readonly sinceMs: number;
  readonly omittedBefore: number;
  count: number;
}

/**
 * Keeps lines that strangers can cause from flooding the log.
 * @returns a function that takes the kind of a line, from a closed list, and a time of `performance.now()`
 */
export function logLimit(
  mostLines = MOST_LINES,
  windowMs = WINDOW_MS,
): (kind: string, nowMs: number) => LogTurn {
  const byKind = new Map<string, Lines>();
  return (kind, nowMs) => {
    let lines = byKind.get(kind);
    if (!lines || nowMs - lines.sinceMs >= windowMs) {
      const omittedBefore = Math.max(0, (lines?.count ?? 0) - mostLines);
      lines = { sinceMs: nowMs, omittedBefore, count: 0 };
      byKind.set(kind, lines);
    }
    lines.count += 1;
    if (lines.count > mostLines) return { logs: false };
    return { logs: true, omitted: lines.count === 1 ? lines.omittedBefore : 0 };
  };
}
