import type { Indexed } from './indexed.ts';
import type { RecentEdits } from './recent-edits.ts';
import type { TermState } from './state.ts';

/** Whether a workload may have drifted by an edit that it did not follow, or that nobody told it of. */
function mayLag(before: Indexed | undefined, after: Indexed): boolean {
  // No call was looked at when it was made, or its sources changed.
  if (!after.recorded) return before?.generation !== after.generation;
  // It was resumed, or it asks for rollouts after edits from now on. The call itself may not roll it.
  return !after.stays && (before?.stays ?? true);
}

/**
 * Whether an edit may have come while the write was reviewed, and was looked at before there was the write. Our own
 * writes follow a look.
 */
function mayRestOnEarlier(
  { queue, follows }: Pick<TermState, 'queue' | 'follows'>,
  edits: RecentEdits,
  before: Indexed | undefined,
  { member, generation }: Indexed,
): boolean {
  const { key, sources } = member;
  if (before?.generation === generation || !edits.hasAny(sources)) return false;
  return queue.entries.get(key)?.phase?.at !== 'bringing' && follows.get(key)?.generation !== generation;
}

/** Whether a workload that was written is to be looked at. */
export const isInDoubt = (
  state: TermState,
  edits: RecentEdits,
  before: Indexed | undefined,
  after: Indexed,
): boolean => mayLag(before, after) || mayRestOnEarlier(state, edits, before, after);
