import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { claimOn, DURATION_S, nextSighting, type Sighting, specOfClaim } from './election.ts';
import type { Lease } from './lease.ts';
import { repeat } from './repeat.ts';

/**
 * Whether this replica does the work that one replica is enough for. Two may lead for a moment (one slept,
 * and has not noticed yet), and their work must bear that. One election serves all such work.
 */
export interface Leadership {
  leads(): boolean;
  /** Gives the leadership up, so that a successor need not wait. */
  close(): Promise<void>;
}

/** Of the only replica. */
export const UNOPPOSED: Leadership = { leads: () => true, close: async () => undefined };

const PACE_MS = 5_000;
/** For a read and a write. */
const ROUND_MS = 5_000;
/** A successor waits for `DURATION_S` at most, so the end of the program does not wait for long. */
const RELEASE_MS = 2_000;

interface Candidate extends Pick<Leadership, 'leads'> {
  readonly identity: string;
  /** Takes or renews the Lease where it may. */
  claim(signal: AbortSignal): Promise<void>;
  /** Asks the API server who holds it: our last write may have gone through without an answer. */
  release(signal: AbortSignal): Promise<void>;
}

function candidateFor(lease: Lease): Candidate {
  const identity = `${hostname()}_${randomBytes(8).toString('hex')}`;
  let sighting: Sighting | undefined;
  let leadsUntilMs = Number.NEGATIVE_INFINITY;
  return {
    identity,
    leads: () => performance.now() < leadsUntilMs,

    async claim(signal) {
      const read = await lease.read(signal);
      const nowMs = performance.now();
      sighting = nextSighting(sighting, read.spec, nowMs);
      const claim = claimOn(sighting, identity, nowMs);
      if (claim === 'wait') {
        leadsUntilMs = Number.NEGATIVE_INFINITY;
        return;
      }
      const outcome = await lease.write(read, specOfClaim(claim, read.spec, identity, new Date()), signal);
      // Counted from before the write, since others count from when they see it. After a conflict, look
      // again.
      if (outcome === 'written') leadsUntilMs = nowMs + DURATION_S * 1000;
    },

    async release(signal) {
      leadsUntilMs = Number.NEGATIVE_INFINITY;
      const read = await lease.read(signal);
      if (read.spec.holderIdentity === identity) await lease.write(read, { holderIdentity: null }, signal);
    },
  };
}

/** Runs for the leadership by a Lease until it is closed. */
export function openLeadership(
  lease: Lease,
  { log, metrics, reasonOf }: Telemetry<'leaseError'>,
): Leadership {
  const me = candidateFor(lease);
  const complain = complaints((error) => log.error(`could not renew or take the Lease: ${reasonOf(error)}`));
  let led = false;

  async function claim(closing: AbortSignal): Promise<number> {
    try {
      await me.claim(AbortSignal.any([closing, AbortSignal.timeout(ROUND_MS)]));
    } catch (error) {
      if (closing.aborted) return 0;
      metrics.leaseError();
      complain.add(error);
    }
    complain.endRound();
    const leads = me.leads();
    if (leads !== led) log.info({ identity: me.identity }, leads ? 'became leader' : 'lost leadership');
    led = leads;
    return PACE_MS;
  }

  const claiming = repeat(claim);
  return {
    leads: me.leads,
    async close() {
      await claiming.close();
      // If that fails, the Lease runs out by itself.
      await me.release(AbortSignal.timeout(RELEASE_MS)).catch(() => undefined);
    },
  };
}
