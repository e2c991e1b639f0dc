/**
 * Where a workload stands.
 * - `InStep`: its pods hold what its sources hold now
 * - `Drifted`: its sources have changed since its pods started
 * - `Waiting`: they have, and something keeps the next scale-up from rolling it
 * - `Held`: an undo brought an earlier configuration back, and it stays until it is edited
 * - `NotRecorded`: lockstep has not judged it yet
 * - `NotManaged`: lockstep does not act on it
 * - `Unknown`: it cannot be told here
 */
export const WORKLOAD_STATES = [
  'InStep',
  'Drifted',
  'Waiting',
  'Held',
  'NotRecorded',
  'NotManaged',
  'Unknown',
] as const;
export type WorkloadState = (typeof WORKLOAD_STATES)[number];

/** What the state of a workload follows from. */
export interface StateFacts {
  /** The reason of the decision: `drifted`, `in-step`. */
  readonly reason: string;
  /** Its configuration is on record. */
  readonly recorded: boolean;
  readonly idle: boolean;
  readonly paused: boolean;
}

/** The state of a workload that was judged as it is, for a scale-up or after an edit. */
export function workloadState({ reason, recorded, idle, paused }: StateFacts): WorkloadState {
  switch (reason) {
    case 'unmanaged':
    case 'no-references':
      return 'NotManaged';
    case 'held':
    case 'hold-restored':
    case 'undo-held':
      return 'Held';
    case 'roll-on':
    case 'source-gone':
    case 'rollout-aborted':
    case 'rollout-under-way':
      return 'Waiting';
    // Its record, if there is one, says nothing that can be compared.
    case 'not-recorded':
    case 'in-doubt':
      return 'NotRecorded';
    case 'created':
    case 'adopted':
    case 'no-room':
      return recorded ? 'InStep' : 'NotRecorded';
    case 'unknown-format':
      return 'Unknown';
    case 'drifted':
      // Pods that are yet to be made hold what their sources hold then.
      if (idle) return 'InStep';
      return paused ? 'Waiting' : 'Drifted';
    default:
      return 'InStep';
  }
}
