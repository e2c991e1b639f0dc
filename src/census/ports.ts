import type { WorkloadKind } from '../workloads/workload.ts';
import type { Judged } from './standing.ts';

/** A workload, by its names. */
export interface CensusPlace {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What the census asks the cluster for. */
export interface CensusPorts {
  /** The workloads of a kind, page by page. @throws LockstepError what the API client throws */
  list(kind: WorkloadKind, signal: AbortSignal): AsyncIterable<readonly CensusPlace[]>;
  /** Judges a workload for a scale-up, and writes nothing. @throws LockstepError what the ports throw */
  judge(place: CensusPlace, signal: AbortSignal): Promise<Judged>;
}
