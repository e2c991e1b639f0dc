import type { Jobs } from '../in-step/job-ports.ts';
import type { InStepDeps, ReplicaSets } from '../in-step/ports.ts';
import type { Revisions } from '../in-step/revision-ports.ts';
import type { Patience } from '../policy/ceiling.ts';
import type { NamespaceScope } from '../policy/scope.ts';
import type { EventRecorder } from '../telemetry/event-recorder.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { OwnPatches } from './own-patches.ts';

export interface CeilingSettings {
  readonly patience: Patience;
  /** The API server's clock, which dates ReplicaSets. */
  readonly clock: { now(): number };
}

export interface UntilConfiguredSettings {
  /** Pods of Jobs are held, too. */
  readonly jobs: boolean;
}

/** What reviews need: access to the cluster, and the settings of its owner. */
export interface ReviewDeps extends InStepDeps {
  readonly kinds: WorkloadKinds;
  readonly scope: NamespaceScope;
  readonly replicaSets: ReplicaSets;
  /** Of pods. */
  readonly revisions: Revisions;
  /** Undefined: the pods of Jobs read no copies. */
  readonly jobs: Jobs | undefined;
  readonly events: EventRecorder;
  /** Undefined: no pod is held until it is configured. */
  readonly untilConfigured?: UntilConfiguredSettings | undefined;
  /** What lockstep itself has patched for scales. */
  readonly ownPatches: OwnPatches;
  /** Undefined: nothing keeps stale ReplicaSets from growing. */
  readonly ceiling: CeilingSettings | undefined;
}
