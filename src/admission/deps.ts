import type { InStepDeps, ReplicaSets } from '../in-step/ports.ts';
import type { NamespaceScope } from '../policy/scope.ts';
import type { EventRecorder } from '../telemetry/events.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { OwnPatches } from './own-patches.ts';

/** What reviews need: access to the cluster, and the settings of its owner. */
export interface ReviewDeps extends InStepDeps {
  readonly kinds: WorkloadKinds;
  readonly scope: NamespaceScope;
  readonly replicaSets: ReplicaSets;
  readonly events: EventRecorder;
  /** What lockstep itself has patched for scales. */
  readonly ownPatches: OwnPatches;
  /** Whether stale ReplicaSets are kept from growing. */
  readonly ceiling: boolean;
}
