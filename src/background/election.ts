import type { LeaseSpec } from './lease.ts';

/** How long other replicas wait for a holder that does not renew. */
export const DURATION_S = 15;

/** What a Lease says, and since when. The time is from our own monotonic clock, which nobody can set. */
export interface Observation {
  readonly spec: LeaseSpec;
  /** A time of `performance.now()`. */
  readonly sinceMs: number;
}

/** What is known after another read of the Lease. */
export function nextObservation(
  before: Observation | undefined,
  spec: LeaseSpec,
  nowMs: number,
): Observation {
  const same =
    before?.spec.holderIdentity === spec.holderIdentity && before?.spec.renewTime === spec.renewTime;
  return before && same ? before : { spec, sinceMs: nowMs };
}

/**
 * What to do about a Lease: `renew` it as its holder, `take` it, or `wait`. The time
 * of another holder counts from when this replica last saw it renew. Its `renewTime`
 * comes from its own clock, and the clocks of two machines cannot be compared.
 */
export function claimFor(
  { spec, sinceMs }: Observation,
  me: string,
  nowMs: number,
): 'renew' | 'take' | 'wait' {
  if (spec.holderIdentity === me) return 'renew';
  if (!spec.holderIdentity) return 'take';
  const durationMs = (spec.leaseDurationSeconds ?? DURATION_S) * 1000;
  return nowMs - sinceMs >= durationMs ? 'take' : 'wait';
}

/** A time in the form of the API's MicroTime, with six digits. */
const microTime = (time: Date) => time.toISOString().replace('Z', '000Z');

/** The fields to write into the Lease for a claim. */
export function specOfClaim(claim: 'renew' | 'take', spec: LeaseSpec, me: string, time: Date): LeaseSpec {
  const renewTime = microTime(time);
  if (claim === 'renew') return { renewTime };
  return {
    holderIdentity: me,
    leaseDurationSeconds: DURATION_S,
    acquireTime: renewTime,
    renewTime,
    leaseTransitions: (spec.leaseTransitions ?? 0) + 1,
  };
}
