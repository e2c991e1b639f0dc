import type { LeaseSpec } from './lease.ts';

/** How long others wait for a holder that does not renew. */
export const DURATION_S = 15;

/** What a Lease says, and since when it has said so: by our own clock, which nobody sets. */
export interface Sighting {
  readonly spec: LeaseSpec;
  /** As `performance.now()` has it. */
  readonly sinceMs: number;
}

/** What is known after one more look at the Lease. */
export function nextSighting(before: Sighting | undefined, spec: LeaseSpec, nowMs: number): Sighting {
  const same =
    before?.spec.holderIdentity === spec.holderIdentity && before?.spec.renewTime === spec.renewTime;
  return before && same ? before : { spec, sinceMs: nowMs };
}

/**
 * What to do about a Lease: `renew` it as its holder, `take` it, or `wait`. Another holder has its time
 * from when we last saw it renew. Its `renewTime` is by its own clock, and the clocks of two machines
 * cannot be compared.
 */
export function claimOn({ spec, sinceMs }: Sighting, me: string, nowMs: number): 'renew' | 'take' | 'wait' {
  if (spec.holderIdentity === me) return 'renew';
  if (!spec.holderIdentity) return 'take';
  const durationMs = (spec.leaseDurationSeconds ?? DURATION_S) * 1000;
  return nowMs - sinceMs >= durationMs ? 'take' : 'wait';
}

/** A time as the API's MicroTime wants it: with six digits. */
const microTime = (time: Date) => time.toISOString().replace('Z', '000Z');

/** What to write into the Lease for a claim. */
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
