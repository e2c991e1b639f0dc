import type { RolledPod, RollingSet } from './blocked-set.ts';

/** Reads StatefulSets that ask to be unblocked, and deletes single pods of them. */
export interface UnblockPorts {
  /**
   * The StatefulSets with the label, in pages. Some may come twice.
   * @param namespace undefined: of all namespaces
   */
  sets(namespace: string | undefined, signal: AbortSignal): AsyncIterable<readonly RollingSet[]>;
  /** The pods that a StatefulSet selects. Undefined: there are too many to look at. */
  pods(set: RollingSet, signal: AbortSignal): Promise<readonly RolledPod[] | undefined>;
  /** The labels of a namespace as they are now. Undefined: it does not exist. */
  namespaceLabels(
    namespace: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined>;
  /**
   * Deletes a pod as it was read.
   * @returns false if it is gone, or has changed since
   */
  deletePod(pod: RolledPod, signal: AbortSignal): Promise<boolean>;
  /** Tells of a deletion, or of one that was left undone, by an Event about the StatefulSet. */
  report(
    reason: 'OutdatedPodDeleted' | 'WouldDeletePod',
    set: RollingSet,
    message: string,
    signal: AbortSignal,
  ): Promise<void>;
}
