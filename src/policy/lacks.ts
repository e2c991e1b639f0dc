import { ABSENT } from '../digest/source.ts';
import type { Marks } from '../marks/marks.ts';
import { parseSources } from '../marks/records.ts';
import { sourceId } from '../references/sources.ts';
import { isWithinOf, type Usage } from '../references/usage.ts';
import { type Records, sourceVerdicts } from './compare.ts';

/** Why pods cannot start now: a source does not exist, or it lacks keys that they need. */
export type Lack =
  | { readonly what: 'source' }
  | {
      readonly what: 'keys';
      readonly keys: readonly string[];
      /** All of them count. So if the source is as recorded, it lacked them when the record was made, too. */
      readonly counted: boolean;
    };

/** A source that pods need, and what is missing of it. */
export interface Lacking {
  readonly id: string;
  /** The missing keys. Empty: the source does not exist. */
  readonly keys: readonly string[];
}

/** What pods need and lack now: source id -> what it is. */
export type Lacks = Readonly<Record<string, Lack>>;

/** Patterns are not compared here: where some keys are ignored, each of them may be. */
function areCounted({ except, data, binaryData }: Usage, keys: readonly string[]): boolean {
  const isWithin = isWithinOf({ data, binaryData });
  return (
    except.length === 0 &&
    keys.every(
      (key) => isWithin({ data: [key], binaryData: [] }) || isWithin({ data: [], binaryData: [key] }),
    )
  );
}

/**
 * What pods need and lack now.
 * @param sources source id -> live short digest
 * @param missingKeys source id -> keys that pods need and that the source lacks
 */
export function lacksOf(
  used: readonly Usage[],
  sources: Readonly<Record<string, string>>,
  missingKeys: ReadonlyMap<string, readonly string[]>,
): Lacks {
  return Object.fromEntries(
    used.flatMap((usage): [string, Lack][] => {
      const id = sourceId(usage);
      if (!usage.needed) return [];
      if (sources[id] === ABSENT) return [[id, { what: 'source' }]];
      const keys = missingKeys.get(id) ?? [];
      return keys.length > 0 ? [[id, { what: 'keys', keys, counted: areCounted(usage, keys) }]] : [];
    }),
  );
}

/** What is missing, by source, in order. */
function lackingSources(lacks: Lacks): Lacking[] {
  return Object.keys(lacks)
    .sort()
    .map((id) => {
      const lack = lacks[id];
      return { id, keys: lack?.what === 'keys' ? lack.keys : [] };
    });
}

/**
 * What pods of a template that is written now cannot start without.
 * @param copied ids of the sources whose copies they read
 */
export function lackingIn(
  lacks: Lacks,
  copied: readonly string[] = [],
): { readonly lacking?: readonly Lacking[] } {
  const lacking = lackingSources(lacks).filter(({ id }) => !copied.includes(id));
  return lacking.length > 0 ? { lacking } : {};
}

/** What is on record for a workload, and what its pods lack. */
interface LackingRecords extends Records {
  readonly lacks: Lacks;
  /** The marks before the call. */
  readonly marksBefore: Pick<Marks, 'sources'>;
  readonly pin: { readonly held: boolean } | undefined;
}

/**
 * What is missing now, and was not when the pods of the workload were made: they have it, and the pods of a rollout
 * could not start. If nothing is on record, they may have it.
 *
 * The record of a held workload says what its pods do not follow. What they were made with stands in its template.
 */
export function lostSources(records: LackingRecords): Lacking[] {
  const { recorded, live, lacks, marksBefore, pin } = records;
  const ofPods = pin?.held ? parseSources(marksBefore.sources) : recorded?.sources;
  const verdicts = pin?.held ? undefined : sourceVerdicts(records);
  const isSame = (id: string) => (verdicts ? verdicts[id] === 'same' : ofPods?.[id] === live.sources[id]);
  return lackingSources(lacks).filter(({ id }) => {
    if (ofPods?.[id] === ABSENT) return false;
    const lack = lacks[id];
    return !(isSame(id) && lack?.what === 'keys' && lack.counted);
  });
}
