import { type ConfigState, keyIdOf, type RecordedFormat } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { compareByHash } from './compare-by-hash.ts';

/**
 * How what counts of a source differs from what the record covers.
 * - `less`: only fewer keys count. If the record still holds, so does what counts now
 * - `other`: other keys count, too
 * - `unknown`: it is not known which keys the record covers, so it cannot be compared
 */
export type Rescoping = 'less' | 'other' | 'unknown';

/** The recorded and the live configuration of a workload. */
export interface Records {
  /** The configuration on record before the call. */
  readonly recorded: ConfigState | undefined;
  readonly recordedFormat: RecordedFormat['kind'] | undefined;
  readonly live: ConfigState;
  /**
   * The live configuration in the format, with the key and in the scope of the record. Undefined: the format
   * of the record is not known.
   */
  readonly liveAsRecorded: ConfigState | undefined;
  /** Source id -> how what counts of it now differs from what the record covers. Missing: not at all. */
  readonly rescoped: Readonly<Record<string, Rescoping>>;
  /** Ids of the sources that no pod can start without. */
  readonly required: readonly string[];
}

/**
 * How the record compares with live configuration. `moved` has the sources that certainly hold something
 * else. `doubtful` has the sources about which the record says nothing that can be compared. Only their
 * history can tell. `rescoped` means that all sources are as recorded, and fewer keys count.
 */
export type Comparison =
  | { readonly verdict: 'in-step' | 'older-format' | 'unknown-format' | 'narrowed' | 'rescoped' }
  | { readonly verdict: 'moved'; readonly moved: readonly string[] }
  | { readonly verdict: 'doubtful'; readonly doubtful: readonly string[]; readonly appeared: boolean };

/**
 * How one source compares with the record.
 * - `moved`: it certainly holds something else
 * - `appeared`: no pod starts without it, it was absent, and it exists now
 * - `gone`: it existed, and is absent now
 * - `doubtful`: the record says nothing about it that can be compared
 * - `unknown`: this version cannot read the record
 */
export type SourceVerdict = 'same' | 'moved' | 'appeared' | 'gone' | 'doubtful' | 'unknown';

/** A function that compares a source with the record. */
function verdictsOf(records: Records): (id: string) => Exclude<SourceVerdict, 'unknown'> {
  const required = new Set(records.required);
  return (id) => verdictOn(records, id, required);
}

function verdictOn(
  { recorded, recordedFormat, live, liveAsRecorded, rescoped }: Records,
  id: string,
  required: ReadonlySet<string>,
): Exclude<SourceVerdict, 'unknown'> {
  const then = recorded?.sources[id];
  const now = liveAsRecorded?.sources[id];
  // It did not count when the record was made. Since then an option or an annotation has made it count.
  if (then === undefined) return 'doubtful';
  if (then !== ABSENT && live.sources[id] === ABSENT) return 'gone';
  if (then === ABSENT && live.sources[id] !== ABSENT) return required.has(id) ? 'appeared' : 'moved';
  // lockstep would write the same digest now.
  if (then === live.sources[id]) return 'same';
  // The key of its digest is gone. (A source that was absent has no digest and needs no key.)
  if (recordedFormat === 'unknown-key' && keyIdOf(then) !== undefined) return 'doubtful';
  if (now === undefined || rescoped[id] === 'unknown') return 'doubtful';
  if (then !== now) return 'moved';
  return rescoped[id] === 'other' ? 'doubtful' : 'same';
}

/** Compares the record with live configuration, for an unchanged template. */
export function compare(records: Records): Comparison {
  const { recorded, recordedFormat, live, liveAsRecorded, rescoped } = records;
  const counting = Object.keys(live.sources);
  if (!recorded) return { verdict: 'doubtful', doubtful: counting, appeared: false };
  if (recorded.hash === live.hash) return { verdict: 'in-step' };
  if (recordedFormat === 'unknown-version') return { verdict: 'unknown-format' };
  if (recorded.hashOnly) return compareByHash({ ...records, recorded });
  const byVerdict = Map.groupBy(counting, verdictsOf(records));
  const appeared = byVerdict.get('appeared') ?? [];
  const moved = [...(byVerdict.get('moved') ?? []), ...(byVerdict.get('gone') ?? [])];
  if (moved.length > 0) return { verdict: 'moved', moved: [...moved, ...appeared].sort() };
  const doubtful = [...appeared, ...(byVerdict.get('doubtful') ?? [])].sort();
  if (doubtful.length > 0)
    return { verdict: 'doubtful', doubtful, appeared: appeared.length === doubtful.length };
  // A later edit of a key that no longer counts would look like one that does. So the record must follow.
  if (counting.some((id) => rescoped[id] === 'less' && recorded.sources[id] !== live.sources[id]))
    return { verdict: 'rescoped' };
  if (recorded.hash === liveAsRecorded?.hash) return { verdict: 'older-format' };
  // All sources that still count are as recorded, and another one no longer counts.
  if (Object.keys(recorded.sources).some((id) => !Object.hasOwn(live.sources, id)))
    return { verdict: 'narrowed' };
  // All sources are as recorded, but the hash over them is not. The record cannot be trusted.
  return { verdict: 'moved', moved: [] };
}

/** Source id -> verdict, for each source that counts now. */
export function sourceVerdicts(records: Records): Readonly<Record<string, SourceVerdict>> {
  const { recorded, recordedFormat, live } = records;
  const verdictOf = verdictsOf(records);
  const verdict = (id: string): SourceVerdict => {
    if (!recorded) return 'doubtful';
    if (recorded.hash === live.hash) return 'same';
    return recordedFormat === 'unknown-version' ? 'unknown' : verdictOf(id);
  };
  return Object.fromEntries(Object.keys(live.sources).map((id) => [id, verdict(id)]));
}

/** The sources whose digests differ from the recorded ones. They include sources that are gone or new. */
export function movedSources(recorded: ConfigState | undefined, live: ConfigState): string[] {
  const ids = new Set([...Object.keys(recorded?.sources ?? {}), ...Object.keys(live.sources)]);
  return [...ids].filter((id) => recorded?.sources[id] !== live.sources[id]).sort();
}
