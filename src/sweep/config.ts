import type { ObjectRef } from '../api/path.ts';

/** Whether pods may read copies of their sources, and when unused copies are deleted. */
export interface PinConfig {
  readonly enabled: boolean;
  /** How long a copy without an owning ReplicaSet stays, in milliseconds. */
  readonly graceMs: number;
  /** The Lease by which replicas agree which one sweeps; undefined if this one does. */
  readonly lease: ObjectRef | undefined;
}
