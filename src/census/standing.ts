import type { Brought } from '../in-step/bring.ts';
import { type WorkloadState, workloadState } from '../in-step/workload-state.ts';

/** What a judgement says of a workload as it is in the cluster. */
export type Judged = Brought & {
  /** lockstep only observes in its namespace. */
  readonly observes: boolean;
};

/** Where a workload stands, for the count. */
export interface Standing {
  readonly state: WorkloadState;
  /** It has drifted, and nobody has asked that it stays so. */
  readonly isLate: boolean;
}

export const IN_STEP: Standing = { state: 'InStep', isLate: false };

/** The decisions after which a workload is held, or stays so. */
const HOLDS: readonly string[] = ['held', 'hold-restored', 'undo-held'];

/** @returns undefined if it does not count: it is gone, or takes its template from another workload that counts */
export function standingOf(judged: Judged): Standing | undefined {
  if (judged.kind !== 'brought') return undefined;
  const { assessment, patched, observes } = judged;
  const { decision, recorded, idle, paused } = assessment;
  const { reason } = decision;
  // What was written is what it should carry.
  if (patched) return HOLDS.includes(reason) ? { state: 'Held', isLate: false } : IN_STEP;
  const state = workloadState({ reason, recorded: recorded !== undefined, idle, paused });
  return { state, isLate: state === 'Drifted' && !observes };
}
