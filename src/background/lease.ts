/** The spec of a Lease. Times are RFC 3339 with microseconds, by the clock of the replica that wrote them. */
export interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  readonly leaseTransitions?: number | null;
}

export interface ReadLease {
  readonly spec: LeaseSpec;
  readonly resourceVersion: string | undefined;
}

/** One Lease, by which several replicas agree on one of them. */
export interface Lease {
  /** @throws LockstepError CONFIG_INVALID where it is missing, besides the client's */
  read(signal: AbortSignal): Promise<ReadLease>;
  /** Writes these fields (null takes one away), if the Lease still is the one that was read. */
  write(read: ReadLease, spec: LeaseSpec, signal: AbortSignal): Promise<'written' | 'conflict'>;
}
