import { type ConfigState, keyIdOf, type RecordedFormat } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';

/** What is on record for a workload, and what would be now. */
export interface Records {
  /** The configuration on record before the call. */
  readonly recorded: ConfigState | undefined;
  readonly recordedFormat: RecordedFormat['kind'] | undefined;
  readonly live: ConfigState;
  /**
   * Live in the format, with the key and in the scope of the record; undefined where its format is not
   * known.
   */
  readonly liveAsRecorded: ConfigState | undefined;
  /** Ids of sources of which the call changes what counts. */
  readonly rescoped: readonly string[];
  /** Ids of the sources that no pod can start without. */
  readonly required: readonly string[];
}

/**
 * How the record compares with now. `moved`: sources that certainly are others. `doubtful`: sources of
 * which the record says nothing that could be compared, so that only their history can tell.
 */
export type Comparison =
  | { readonly verdict: 'in-step' | 'older-format' | 'unknown-format' | 'narrowed' }
  | { readonly verdict: 'moved'; readonly moved: readonly string[] }
  | { readonly verdict: 'doubtful'; readonly doubtful: readonly string[]; readonly appeared: boolean };

/**
 * How one source compares with the record.
 * - `moved`: it is certainly another
 * - `appeared`: it was absent, no pod starts without it, and now it is there
 * - `gone`: it was there, and now it is absent
 * - `doubtful`: the record says nothing that could be compared
 * - `unknown`: this version cannot read the record
 */
export type SourceVerdict = 'same' | 'moved' | 'appeared' | 'gone' | 'doubtful' | 'unknown';

function verdictOn(records: Records, id: string): Exclude<SourceVerdict, 'unknown'> {
  const { recorded, recordedFormat, live, liveAsRecorded, rescoped, required } = records;
  const then = recorded?.sources[id];
  const now = liveAsRecorded?.sources[id];
  // It did not count when the record was made: an option or an annotation has let it in since.
  if (then === undefined) return 'doubtful';
  if (then !== ABSENT && live.sources[id] === ABSENT) return 'gone';
  if (then === ABSENT && live.sources[id] !== ABSENT) return required.includes(id) ? 'appeared' : 'moved';
  // The very digest that would be written now.
  if (then === live.sources[id]) return 'same';
  // Its key is gone. (Of an absent source there is no digest that would need one.)
  if (recordedFormat === 'unknown-key' && keyIdOf(then) !== undefined) return 'doubtful';
  if (now === undefined) return 'doubtful';
  if (then !== now) return 'moved';
  return rescoped.includes(id) ? 'doubtful' : 'same';
}

/** Compares the record with now, for a template that is as it was. */
export function compare(records: Records): Comparison {
  const { recorded, recordedFormat, live, liveAsRecorded } = records;
  const counting = Object.keys(live.sources);
  if (!recorded) return { verdict: 'doubtful', doubtful: counting, appeared: false };
  if (recorded.hash === live.hash) return { verdict: 'in-step' };
  if (recordedFormat === 'unknown-version') return { verdict: 'unknown-format' };
  const by = Map.groupBy(counting, (id) => verdictOn(records, id));
  const moved = [...(by.get('moved') ?? []), ...(by.get('gone') ?? [])];
  if (moved.length > 0) return { verdict: 'moved', moved: [...moved, ...(by.get('appeared') ?? [])].sort() };
  const appeared = by.get('appeared') ?? [];
  const doubtful = [...appeared, ...(by.get('doubtful') ?? [])].sort();
  if (doubtful.length > 0)
    return { verdict: 'doubtful', doubtful, appeared: appeared.length === doubtful.length };
  if (recorded.hash === liveAsRecorded?.hash) return { verdict: 'older-format' };
  // What still counts is as recorded, and something does not count any more.
  if (Object.keys(recorded.sources).some((id) => !Object.hasOwn(live.sources, id)))
    return { verdict: 'narrowed' };
  // Every source as recorded, but not the hash over them: the record is not to be trusted.
  return { verdict: 'moved', moved: [] };
}

/** The verdict on each source that counts now, by its id. */
export function sourceVerdicts(records: Records): Readonly<Record<string, SourceVerdict>> {
  const { recorded, recordedFormat, live } = records;
  const verdict = (id: string): SourceVerdict => {
    if (!recorded) return 'doubtful';
    if (recorded.hash === live.hash) return 'same';
    return recordedFormat === 'unknown-version' ? 'unknown' : verdictOn(records, id);
  };
  return Object.fromEntries(Object.keys(live.sources).map((id) => [id, verdict(id)]));
}
