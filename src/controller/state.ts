import type { Tally } from '../census/tally.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { ControllerPorts } from './ports.ts';
import type { Queue } from './queue.ts';
import type { Reports } from './reports.ts';
import type { Followed } from './rollouts.ts';
import type { ControllerRules } from './rules.ts';
import type { WorkloadKey } from './source-state.ts';
import type { Wake } from './wake.ts';
import type { WorkloadIndex } from './workload-index.ts';

/** What the controller needs. */
export interface ControllerDeps {
  readonly ports: ControllerPorts;
  readonly kinds: WorkloadKinds;
  readonly rules: ControllerRules;
  readonly tally: Tally;
  /** The API server's clock. */
  readonly clock: { now(): number };
}

/** All that is known during one term of a leader. Times are of one monotonic clock, in milliseconds. */
export interface TermState {
  readonly deps: ControllerDeps;
  readonly reports: Reports;
  /** Aborted at the end of the term. */
  readonly signal: AbortSignal;
  readonly index: WorkloadIndex;
  readonly queue: Queue;
  /** The rollouts that edits have started, and that are under way. */
  readonly follows: Map<WorkloadKey, Followed>;
  readonly wake: Wake;
  now(): number;
}
