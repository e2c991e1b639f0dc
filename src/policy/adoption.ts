/** When a source was made and changed, in seconds since the epoch. The API has no finer times. */
export interface SourceTimes {
  readonly created: number;
  /** The newest time at which a field manager wrote `data` or `binaryData`, or else `created`. */
  readonly modified: number;
  /** How many field managers have written `data` or `binaryData`. */
  readonly writers: number;
}

export interface SourceHistory {
  readonly id: string;
  readonly required: boolean;
  /** Undefined: the source does not exist. */
  readonly times: SourceTimes | undefined;
}

export interface RolloutHistory {
  /** When the current revision was made. Undefined: not yet. */
  readonly revisionCreated: number | undefined;
  /** When all pods of the current rollout were available. Undefined: not yet. */
  readonly completed: number | undefined;
}

/** Whether all pods of the current revision certainly hold what the source holds now. */
function isInAllPods(source: SourceHistory, revisionCreated: number, completed: number | undefined): boolean {
  // A source that does not exist leaves no trace, so it counts as one that never existed.
  if (!source.times) return true;
  const { created, modified, writers } = source.times;
  // Strictly earlier, because the order within one second is not known.
  if (modified < revisionCreated) return true;
  const neverModified = modified <= created && writers <= 1;
  // If the rollout completed before the source was made, its pods started with an earlier source of the same
  // name.
  const recreated = completed !== undefined && completed < created;
  return source.required && neverModified && !recreated;
}

/** The first source that pods of the current revision may hold in different versions. Undefined: none. */
export function firstInDoubt(sources: readonly SourceHistory[], rollout: RolloutHistory): string | undefined {
  const { revisionCreated, completed } = rollout;
  if (revisionCreated === undefined) return sources[0]?.id;
  return sources.find((source) => !isInAllPods(source, revisionCreated, completed))?.id;
}

/** The part of a source's metadata that tells its times. */
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
 * The times in the metadata of a source. Field managers that own neither `data` nor `binaryData` (but a
 * label, say) do not count.
 */
export function sourceTimes(metadata: SourceMetadata): SourceTimes {
  const seconds = (time: string | null | undefined) => (time ? Date.parse(time) / 1000 : 0);
  const created = seconds(metadata.creationTimestamp);
  const entries = (metadata.managedFields ?? []).filter(
    ({ fieldsV1 }) => fieldsV1 && ('f:data' in fieldsV1 || 'f:binaryData' in fieldsV1),
  );
  return {
    created,
    modified: entries.reduce((newest, { time }) => Math.max(newest, seconds(time)), created),
    writers: entries.length,
  };
}
