import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lease } from '../cluster/lease.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Logger } from '../telemetry/log.ts';
import { claimed, claimOn, DURATION_S, type Sighting, sighted } from './election.ts';

/**
 * Whether this replica is the one that does what one is enough for. Two may be for a moment (one that slept and has not
 * noticed yet): what they do must bear that.
 */
export interface Leadership {
  leads(): boolean;
  /** Gives it up, so that a successor need not wait. */
  close(): Promise<void>;
}

/** Of the only replica. */
export const UNOPPOSED: Leadership = { leads: () => true, close: async () => undefined };

const PACE_MS = 5_000;
/** For a read and a write. */
const ROUND_MS = 5_000;
/** A successor waits for `DURATION_S` at most: the end of the program does not wait for long. */
const RELEASE_MS = 2_000;

interface Telling {
  readonly log: Logger;
  /** Told of each error. */
  readonly failed: () => void;
}

/** Runs for the leadership by a Lease until it is closed. */
export function openLeadership(lease: Lease, { log, failed }: Telling): Leadership {
  const me = `${hostname()}_${randomBytes(8).toString('hex')}`;
  const closing = new AbortController();
  const wrong = complaints((err) => log.error({ err }, 'lease not as it should be'));
  let seen: Sighting | undefined;
  let led = false;
  let leadsUntilMs = Number.NEGATIVE_INFINITY;
  const leads = () => performance.now() < leadsUntilMs;

  async function claim(signal: AbortSignal): Promise<void> {
    const read = await lease.read(signal);
    const nowMs = performance.now();
    seen = sighted(seen, read.spec, nowMs);
    const move = claimOn(seen, me, nowMs);
    if (move === 'wait') {
      leadsUntilMs = Number.NEGATIVE_INFINITY;
      return;
    }
    const outcome = await lease.write(read, claimed(move, read.spec, me, new Date()), signal);
    // From before the write: others count from when they see it. After a conflict the next round looks again.
    if (outcome === 'written') leadsUntilMs = nowMs + DURATION_S * 1000;
  }

  async function round(): Promise<void> {
    try {
      await claim(AbortSignal.any([closing.signal, AbortSignal.timeout(ROUND_MS)]));
    } catch (error) {
      if (closing.signal.aborted) return;
      failed();
      wrong.add(error);
    }
    wrong.settle();
    if (leads() !== led) log.info({ identity: me, leads: leads() }, 'leadership');
    led = leads();
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await round();
      await pause(PACE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }
  const running = run();

  /** Whatever we know: the last write may have gone through unheard. */
  async function release(): Promise<void> {
    const signal = AbortSignal.timeout(RELEASE_MS);
    const read = await lease.read(signal);
    if (read.spec.holderIdentity === me) await lease.write(read, { holderIdentity: null }, signal);
  }

  return {
    leads,
    async close() {
      closing.abort();
      await running;
      leadsUntilMs = Number.NEGATIVE_INFINITY;
      // Where that cannot be done the Lease runs out by itself.
      await release().catch(() => undefined);
    },
  };
}
