import { type ConfigState, configState, type HashFormat, shortDigest } from '../digest/format.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Sources } from './ports.ts';

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
}

/** Where sources are read, and until when. */
export interface Reader {
  readonly sources: Sources;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Digests what is used of each source, as it is now. */
export async function readSources(
  { sources, namespace, signal }: Reader,
  used: readonly Usage[],
  format: HashFormat,
): Promise<LiveConfig> {
  const readings = await Promise.all(
    used.map(async (usage) => ({
      id: sourceId(usage),
      ...(await sources.digest(namespace, usage, format, signal)),
    })),
  );
  const digests = new Map(
    readings.flatMap(({ id, digest }) => (digest === undefined ? [] : [[id, digest] as const])),
  );
  const malformedIgnores = readings.flatMap(({ id, malformedIgnore: value }) =>
    value === undefined ? [] : [{ id, value }],
  );
  return { state: configState(digests, format), digests, malformedIgnores };
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
