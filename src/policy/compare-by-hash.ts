import type { Comparison, Records } from './compare.ts';

/**
 * Compares a record that has the config hash alone, because there was no room for the sources. The hash over live
 * configuration as the record covers it tells whether anything has moved, but not what.
 */
export function compareByHash(
  records: Records & { readonly recorded: { readonly hash: string } },
): Comparison {
  const { recorded, live, liveAsRecorded, rescoped } = records;
  if (liveAsRecorded?.hash !== recorded.hash) return { verdict: 'moved', moved: [] };
  // Nothing has moved that counted when the record was made. Other sources or keys may count now.
  const doubtful = Object.keys(live.sources).filter(
    (id) =>
      liveAsRecorded.sources[id] === undefined || rescoped[id] === 'other' || rescoped[id] === 'unknown',
  );
  if (doubtful.length > 0) return { verdict: 'doubtful', doubtful, appeared: false };
  const isSameScope =
    Object.keys(rescoped).length === 0 &&
    Object.keys(liveAsRecorded.sources).every((id) => live.sources[id] !== undefined);
  // A record that covers more would look as if something had moved, at the next call. So it must follow.
  return { verdict: isSameScope ? 'older-format' : 'rescoped' };
}
