import type { Entry } from './entry.ts';
import type { SourceKey } from './source-state.ts';

/** Sources of the workload were edited: it waits until no further edit follows, but not for longer than it may. */
export function settle(
  pace: { readonly settleMostMs: number },
  entry: Entry,
  sources: readonly SourceKey[],
  nowMs: number,
): void {
  const { phase, member, tried, edits, moved } = entry;
  if (tried) entry.tried = { ...tried, outdated: true };
  const isSettled = phase?.at !== 'settling' && nowMs - (edits?.lastMs ?? 0) > member.settleMs;
  const sinceMs = edits && !isSettled ? edits.sinceMs : nowMs;
  entry.edits = { sinceMs, lastMs: nowMs };
  if (phase?.at === 'judging' || phase?.at === 'bringing') {
    entry.edited = { atMs: nowMs, sources: [...new Set([...(entry.edited?.sources ?? []), ...sources])] };
    return;
  }
  const mostMs = sinceMs + Math.max(pace.settleMostMs, member.settleMs);
  // Edits without an end would send it back again and again. What it waits for is known, and its write reads it anew.
  const isKnown = phase?.at === 'waiting' && sources.every((source) => moved.includes(source));
  if (isKnown && mostMs <= nowMs) return;
  entry.cause = 'edit';
  entry.phase = { at: 'settling', untilMs: Math.min(nowMs + member.settleMs, mostMs) };
}
