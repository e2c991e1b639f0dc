import type { Entry } from './entry.ts';

/** A source of the workload was edited: it waits until no further edit follows. */
export function settle(pace: { readonly settleMostMs: number }, entry: Entry, nowMs: number): void {
  const { phase, member, tried } = entry;
  if (tried) entry.tried = { ...tried, outdated: true };
  if (phase?.at === 'judging' || phase?.at === 'bringing') {
    entry.editedMs = nowMs;
    return;
  }
  const sinceMs = phase?.at === 'settling' ? phase.sinceMs : nowMs;
  const mostMs = Math.max(pace.settleMostMs, member.settleMs);
  const untilMs = Math.min(nowMs + member.settleMs, sinceMs + mostMs);
  entry.cause = 'edit';
  entry.phase = { at: 'settling', sinceMs, untilMs };
}
