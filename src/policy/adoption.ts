/** When a source was made and last changed; seconds since the epoch, the API's own granularity. */
export interface SourceTimes {
  readonly created: number;
  /** The newest time at which a field manager wrote `data` or `binaryData`; `created` where none is known. */
  readonly modified: number;
  /** How many field managers have written `data` or `binaryData`. */
  readonly writers: number;
}

export interface SourceHistory {
  readonly id: string;
  readonly required: boolean;
  /** Undefined: there is no such source. */
  readonly times: SourceTimes | undefined;
}

export interface RolloutHistory {
  /** When the current ReplicaSet was made; undefined: not made yet. */
  readonly revisionCreated: number | undefined;
  /** When the current rollout had all its pods available; undefined: not yet. */
  readonly completed: number | undefined;
}

/** Do all pods of the current ReplicaSet certainly hold what the source holds now? */
function isInAllPods(source: SourceHistory, revisionCreated: number, completed: number | undefined): boolean {
  // No trace of a source that is not there: taken as never having been there.
  if (!source.times) return true;
  const { created, modified, writers } = source.times;
  // Strictly before: within one second the order is not known.
  if (modified < revisionCreated) return true;
  const neverModified = modified <= created && writers <= 1;
  // Pods of a complete rollout that is older than the source were started with an earlier one of the same
  // name.
  const recreated = completed !== undefined && completed < created;
  return source.required && neverModified && !recreated;
}

/**
 * The first of the sources that pods of the current ReplicaSet may hold in different versions; undefined:
 * none.
 */
export function firstInDoubt(sources: readonly SourceHistory[], rollout: RolloutHistory): string | undefined {
  const { revisionCreated, completed } = rollout;
  if (revisionCreated === undefined) return sources[0]?.id;
  return sources.find((source) => !isInAllPods(source, revisionCreated, completed))?.id;
}

/** Metadata of a source, as far as its times are concerned. */
export interface SourceMetadata {
  readonly creationTimestamp?: string | null | undefined;
  readonly managedFields?:
    | readonly {
        time?: string | null | undefined;
        fieldsV1?: Readonly<Record<string, unknown>> | null | undefined;
      }[]
    | null
    | undefined;
}

/**
 * Times of a source from its metadata. Entries that own neither `data` nor `binaryData` (a label, say) do
 * not count.
 */
export function sourceTimes(metadata: SourceMetadata): SourceTimes {
  const seconds = (time: string | null | undefined) => (time ? Date.parse(time) / 1000 : 0);
  const created = seconds(metadata.creationTimestamp);
  const entries = (metadata.managedFields ?? []).filter(
    ({ fieldsV1 }) => fieldsV1 && ('f:data' in fieldsV1 || 'f:binaryData' in fieldsV1),
  );
  return {
    created,
    modified: Math.max(created, ...entries.map(({ time }) => seconds(time))),
    writers: entries.length,
  };
}
