import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { claimFor, DURATION_S, nextObservation, type Observation, specOfClaim } from './election.ts';
import type { Lease } from './lease.ts';
import { repeat } from './repeat.ts';

/**
 * Whether this replica does the work that one replica is enough for. Two may
 * lead for a moment, for example if one was suspended and has not noticed
 * yet. The work must tolerate that. One election serves all such work.
 */
export interface Leadership {
  leads(): boolean;
  /** Gives up the leadership, so that a successor need not wait. */
  close(): Promise<void>;
}

/** The leadership of the only replica. */
export const SOLE_REPLICA: Leadership = { leads: () => true, close: async () => undefined };

const PACE_MS = 5_000;
/** The time for a read and a write. */
const ROUND_MS = 5_000;
/** A successor waits for `DURATION_S` at most, so the end of the program need not wait for long. */
const RELEASE_MS = 2_000;

interface Candidate extends Pick<Leadership, 'leads'> {
  readonly identity: string;
  /** Takes or renews the Lease if possible. */
  claim(signal: AbortSignal): Promise<void>;
  /**
   * Releases the Lease. It asks the API server for the holder,
   * because our last write may have succeeded without an answer.
   */
  release(signal: AbortSignal): Promise<void>;
}

function candidateFor(lease: Lease): Candidate {
  const identity = `${hostname()}_${randomBytes(8).toString('hex')}`;
  let observation: Observation | undefined;
  let leadsUntilMs = Number.NEGATIVE_INFINITY;
  return {
    identity,
    leads: () => performance.now() < leadsUntilMs,

    async claim(signal) {
      const read = await lease.read(signal);
      const nowMs = performance.now();
      observation = nextObservation(observation, read.spec, nowMs);
      const claim = claimFor(observation, identity, nowMs);
      if (claim === 'wait') {
        leadsUntilMs = Number.NEGATIVE_INFINITY;
        return;
      }
      const outcome = await lease.write(read, specOfClaim(claim, read.spec, identity, new Date()), signal);
      // The time counts from before the write, because others count from when
      // they see it. After a conflict, the next round reads the Lease again.
      if (outcome === 'written') leadsUntilMs = nowMs + DURATION_S * 1000;
    },

    async release(signal) {
      leadsUntilMs = Number.NEGATIVE_INFINITY;
      const read = await lease.read(signal);
      if (read.spec.holderIdentity === identity) await lease.write(read, { holderIdentity: null }, signal);
    },
  };
}

/** Competes for the leadership by a Lease until it is closed. */
export function openLeadership(
  lease: Lease,
  { log, metrics, reasonOf }: Telemetry<'countLeaseError'>,
): Leadership {
  const me = candidateFor(lease);
  const complain = complaints((error) => log.error(`could not renew or take the Lease: ${reasonOf(error)}`));
  let ledBefore = false;

  async function claim(closing: AbortSignal): Promise<number> {
    try {
      await me.claim(AbortSignal.any([closing, AbortSignal.timeout(ROUND_MS)]));
    } catch (error) {
      if (closing.aborted) return 0;
      metrics.countLeaseError();
      complain.add(error);
    }
    complain.endRound();
    const leads = me.leads();
    if (leads !== ledBefore) log.info({ identity: me.identity }, leads ? 'became leader' : 'lost leadership');
    ledBefore = leads;
    return PACE_MS;
  }

  const claiming = repeat(claim);
  return {
    leads: me.leads,
    async close() {
      await claiming.close();
      // If this fails, the Lease expires by itself.
      await me.release(AbortSignal.timeout(RELEASE_MS)).catch(() => undefined);
    },
  };
}
