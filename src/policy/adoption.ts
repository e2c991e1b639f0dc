import type { PodTimes } from '../workloads/pod-times.ts';

/** What the cluster's owner wants if it cannot be told whether all pods hold the same. */
export const IN_DOUBT = ['roll', 'record'] as const;
export type InDoubt = (typeof IN_DOUBT)[number];

/** When a source was made and changed, in seconds since the epoch. The API has no finer times. */
export interface SourceTimes {
  readonly created: number;
  /**
   * The newest time at which a field manager wrote `data` or `binaryData`, or else `created`. Undefined: the
   * field managers have been removed, so nothing is known of edits.
   */
  readonly modified: number | undefined;
  /** How many field managers have written `data` or `binaryData`. */
  readonly writers: number;
}

export interface SourceHistory {
  readonly id: string;
  readonly required: boolean;
  /** Undefined: the source does not exist. */
  readonly times: SourceTimes | undefined;
}

/** Whether the pod started with the first content of a source, because it could not start without it. */
function waitedFor(pod: PodTimes, created: number): boolean {
  // An earlier source of the same name would have been read, deleted and made again, all within the second in
  // which the kubelet accepted the pod.
  if (pod.since === created) return true;
  return pod.firstStart === 'not-yet' || (pod.firstStart !== 'unknown' && pod.firstStart > created);
}

/** Whether all pods certainly hold what the source holds now. */
function isInAllPods({ required, times }: SourceHistory, pods: readonly PodTimes[]): boolean {
  // A source that does not exist leaves no trace, so it counts as one that never existed.
  if (!times) return true;
  const { created, modified, writers } = times;
  if (modified === undefined) return false;
  const isFirstContent = modified <= created && writers <= 1;
  return pods.every(
    // Strictly later, because the order within one second is not known.
    (pod) => pod.since > modified || (required && isFirstContent && waitedFor(pod, created)),
  );
}

/**
 * The first source that these pods may hold in different versions, or in another one than the live one.
 * Undefined: none.
 * @param pods the living pods of the present revision. Undefined: there are too many to look at
 */
export function firstInDoubt(
  sources: readonly SourceHistory[],
  pods: readonly PodTimes[] | undefined,
): string | undefined {
  return sources.find((source) => (pods ? !isInAllPods(source, pods) : source.times))?.id;
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

const seconds = (time: string | null | undefined): number => (time ? Date.parse(time) / 1000 : Number.NaN);

/**
 * The times in the metadata of a source. Field managers that own neither `data` nor `binaryData` (but a
 * label, say) do not count. Without any field manager, the API server dates no edit: somebody has emptied the
 * list, and then it stays empty until the next server-side apply.
 */
export function sourceTimes({ creationTimestamp, managedFields }: SourceMetadata): SourceTimes {
  const created = seconds(creationTimestamp);
  const managers = (managedFields ?? []).filter(({ fieldsV1 }) => fieldsV1);
  const writers = managers.filter(
    ({ fieldsV1 }) => fieldsV1 && ('f:data' in fieldsV1 || 'f:binaryData' in fieldsV1),
  );
  const modified = Math.max(created, ...writers.map(({ time }) => seconds(time)));
  return {
    created,
    modified: managers.length === 0 || Number.isNaN(modified) ? undefined : modified,
    writers: writers.length,
  };
}
