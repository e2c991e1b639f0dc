import type { ObjectRef } from '../api/path.ts';

/** Whether pods may read copies of their sources, and what becomes of copies that nobody needs. */
export interface PinConfig {
  readonly enabled: boolean;
  /** How long a copy that no ReplicaSet owns stays, in milliseconds. */
  readonly graceMs: number;
  /** The Lease by which replicas agree who sweeps; undefined: this one does. */
  readonly lease: ObjectRef | undefined;
}
