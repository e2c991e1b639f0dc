import type { Defaults } from '../policy/settings.ts';
import type { Windows } from '../policy/windows.ts';

/** What the cluster's owner says of rollouts after edits. Times are in milliseconds. */
export interface EditRules {
  readonly settleMs: number;
  readonly settleMostMs: number;
  readonly concurrent: number;
  readonly concurrentPerNamespace: number;
  readonly restMs: number;
  readonly patienceMs: number;
  readonly deadlineMs: number;
  readonly windows: Windows;
  readonly sweepMs: number;
}

/** What counts, for all workloads. */
export interface ControllerRules {
  readonly edit: EditRules;
  readonly defaults: Defaults;
}
