import type { InStepDeps, ReplicaSets } from '../in-step/ports.ts';
import type { EventRecorder } from '../telemetry/events.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';

/** What reviewing needs of the world, and what the cluster's owner has decided. */
export interface ReviewDeps extends InStepDeps {
  readonly kinds: WorkloadKinds;
  readonly replicaSets: ReplicaSets;
  readonly events: EventRecorder;
  /** Stale ReplicaSets are kept from growing. */
  readonly ceiling: boolean;
}
