import { type ConfigState, configState, type HashFormat, shortDigest } from '../digest/format.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import { mapFew } from './map-few.ts';
import type { SourceReading, Sources } from './ports.ts';

/** A source whose own `lockstep.dev/ignore` is neither `true` nor `false`. */
export interface MalformedIgnore {
  readonly id: string;
  readonly value: string;
}

/** What the sources of a workload hold now. */
export interface LiveConfig {
  readonly state: ConfigState;
  /** Source id -> full digest. */
  readonly digests: ReadonlyMap<string, string>;
  readonly malformedIgnores: readonly MalformedIgnore[];
  /** Source id -> keys that pods need and that the source lacks. It has only sources that lack some. */
  readonly missingKeys: ReadonlyMap<string, readonly string[]>;
  /** Ids of the sources that a program keeps filled with the CAs that clients trust now. */
  readonly trustBundles: ReadonlySet<string>;
  /** Id of an immutable source -> when it was made, in seconds since the epoch. */
  readonly immutableSince: ReadonlyMap<string, number>;
}

/** Where sources are read, and until when. */
export interface Reader {
  readonly sources: Sources;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** What to read of sources, and the format for their digests. */
export interface Wanted {
  readonly used: readonly Usage[];
  readonly format: HashFormat;
}

function liveConfig(
  readings: readonly (SourceReading & { readonly id: string })[],
  format: HashFormat,
): LiveConfig {
  const digests = new Map(
    readings.flatMap(({ id, digest }) => (digest === undefined ? [] : [[id, digest] as const])),
  );
  const malformedIgnores = readings.flatMap(({ id, malformedIgnore: value }) =>
    value === undefined ? [] : [{ id, value }],
  );
  const missingKeys = new Map(
    readings.flatMap(({ id, missingKeys: keys }) => (keys.length > 0 ? [[id, keys] as const] : [])),
  );
  const trustBundles = new Set(readings.filter(({ isTrustBundle }) => isTrustBundle).map(({ id }) => id));
  const immutableSince = new Map(
    readings.flatMap(({ id, immutableSince: since }) => (since === undefined ? [] : [[id, since] as const])),
  );
  const state = configState(digests, format);
  return { state, digests, malformedIgnores, missingKeys, trustBundles, immutableSince };
}

/**
 * Digests what is used of each source, as it is now, a few sources at a time. A source that is wanted twice is
 * read for both at once, so that both see the same content.
 * @param before as it counted before the call
 */
export async function readBoth(
  { sources, namespace, signal }: Reader,
  now: Wanted,
  before?: Wanted,
): Promise<{ live: LiveConfig; asBefore: LiveConfig | undefined }> {
  const toParts = ({ used, format }: Wanted, of: 'now' | 'before') =>
    used.map((usage) => ({ id: sourceId(usage), usage, format, of }));
  const parts = [...toParts(now, 'now'), ...(before ? toParts(before, 'before') : [])];
  const bySource = [...Map.groupBy(parts, ({ id }) => id).values()];
  const readings = await mapFew(bySource, signal, (alike) =>
    Promise.all(
      alike.map(async ({ id, of, usage, format }) => {
        const reading = await sources.digest(namespace, usage, format, signal);
        return { id, of, ...reading };
      }),
    ),
  );
  const { now: ofNow = [], before: ofBefore = [] } = Object.groupBy(readings.flat(), ({ of }) => of);
  return { live: liveConfig(ofNow, now.format), asBefore: before && liveConfig(ofBefore, before.format) };
}

/** Digests what is used of each source, as it is now, a few sources at a time. */
export async function readSources(
  reader: Reader,
  used: readonly Usage[],
  format: HashFormat,
): Promise<LiveConfig> {
  return (await readBoth(reader, { used, format })).live;
}

/** A record and its format. */
export interface RecordIn {
  readonly recorded: ConfigState;
  readonly format: HashFormat;
}

/** Live configuration in the format and in the scope of a record. */
export interface LiveAsRecorded {
  readonly state: ConfigState;
  /** The references that the record covers. */
  readonly references: readonly Reference[];
}

/**
 * Live configuration as a record covers it, if more references may have counted when it was made. A source
 * that differs from its record is digested once more as those references use it. If that is its recorded
 * digest, the record covers them.
 */
export async function readAsRecorded(
  reader: Reader,
  { recorded, format }: RecordIn,
  {
    asBefore,
    references,
    former,
  }: {
    /** In the format of the record, as it counted before the call. */
    readonly asBefore: LiveConfig;
    readonly references: readonly Reference[];
    /** The references that may have counted when the record was made. */
    readonly former: readonly Reference[];
  },
): Promise<LiveAsRecorded> {
  const differing = format.usages(former).filter((usage) => {
    const [then, now] = [recorded, asBefore.state].map(({ sources }) => sources[sourceId(usage)]);
    return then !== undefined && now !== undefined && then !== now;
  });
  const { digests } = await readSources(reader, differing, format);
  const matching = new Map(
    [...digests].filter(([id, digest]) => recorded.sources[id] === shortDigest(digest)),
  );
  if (matching.size === 0) return { state: asBefore.state, references };
  const isMatching = (reference: Reference) => matching.has(sourceId(reference));
  return {
    state: configState(new Map([...asBefore.digests, ...matching]), format),
    references: [...references.filter((each) => !isMatching(each)), ...former.filter(isMatching)],
  };
}
