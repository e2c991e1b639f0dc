import type { SourceKey } from './source-state.ts';

/**
 * The API server waits for a review for at most 30 seconds. So a write that is seen now may rest on sources as they
 * were before an edit that was so long ago, and that edit was looked at before there was the write.
 */
const REVIEW_MS = 60_000;

/** When sources were edited, if that is not long ago. */
export interface RecentEdits {
  note(source: SourceKey): void;
  hasAny(sources: readonly SourceKey[]): boolean;
}

/** @param now a monotonic clock, in milliseconds */
export function recentEdits(now: () => number): RecentEdits {
  // The oldest comes first.
  const at = new Map<SourceKey, number>();
  return {
    note(source) {
      at.delete(source);
      at.set(source, now());
      for (const [oldest, editedMs] of at) {
        if (now() - editedMs <= REVIEW_MS) break;
        at.delete(oldest);
      }
    },
    hasAny: (sources) =>
      sources.some((source) => now() - (at.get(source) ?? Number.NEGATIVE_INFINITY) <= REVIEW_MS),
  };
}
