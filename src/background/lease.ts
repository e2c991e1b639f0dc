/**
 * The spec of a Lease. Times are RFC 3339 with microseconds, from the clock of the replica that wrote them.
 */
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
  /** @throws LockstepError CONFIG_INVALID if the Lease is missing, and what the API client throws */
  read(signal: AbortSignal): Promise<ReadLease>;
  /** Writes these fields if the Lease is still the one that was read; null removes a field. */
  write(read: ReadLease, spec: LeaseSpec, signal: AbortSignal): Promise<'written' | 'conflict'>;
}
