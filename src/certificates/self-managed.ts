import { repeat } from '../background/repeat.ts';
import { type Complaints, complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { wrongClockError } from './errors.ts';
import { isCurrent, type KeyPair } from './key-pair.ts';
import { type Lifetimes, trustLeadMs } from './plan.ts';
import { certificateRound, type Round, type RoundDeps, type Written } from './round.ts';
import type { CertificateEvents, CertificateSource } from './source.ts';
import { type CertificateState, isValidAt } from './state.ts';

type StepTelemetry = Telemetry<'countCertificateStep'>;

export interface SelfManagedDeps extends Omit<RoundDeps, 'complain'> {
  readonly telemetry: StepTelemetry;
}

/**
 * The longest time between two rounds. Within it a renewed leaf
 * reaches every replica, and an emptied caBundle is filled.
 */
const LONGEST_PACE_MS = 10_000;
const paceMs = (lifetimes: Lifetimes): number =>
  Math.min(LONGEST_PACE_MS, lifetimes.leaf / 20, trustLeadMs(lifetimes) / 4);
/**
 * The wait after an error, or after a write of another
 * replica. It is random, so that replicas do not meet again.
 */
const retryMs = (): number => 500 + Math.random() * 500;
/** The time for one round: reads, a signature and a write. */
const ROUND_MS = 15_000;
/**
 * More writes in a row than any order of steps needs. Then
 * another client undoes them, and lockstep must not race it.
 */
const MOST_IN_A_ROW = 5;

const MESSAGES: Readonly<Record<Written, string>> = {
  start: 'made a new authority and serving certificate',
  renew: 'renewed the serving certificate',
  introduce: 'made the next authority, which has to be trusted before it signs',
  confirm: 'the next authority is in all caBundles',
  promote: 'renewed the serving certificate under the next authority',
  retire: 'removed the retired authority',
  restore: 'restored the emptied Secret of the certificate',
  trust: 'filled in the caBundles of the webhook configuration, or of the APIService',
};

/** Logs and counts what a round did. */
function reportRound(
  { written, flaw, untaken }: Round,
  { log, metrics }: StepTelemetry,
  complain: Complaints,
): void {
  if (flaw !== undefined) {
    const what = untaken ? '' : '; replacing its contents';
    complain.add(new Error(`the Secret is invalid (${flaw})${what}`));
  }
  if (untaken) {
    metrics.countCertificateStep('error');
    complain.add(wrongClockError(untaken));
  }
  if (!written) return;
  metrics.countCertificateStep(written);
  log.info({ step: written }, MESSAGES[written]);
}

/**
 * Certificates that need no maintenance. All replicas agree on them by the resourceVersion of one Secret.
 * Clients trust them through the registration's caBundles, and `plan` says in which order they are renewed.
 */
export function selfManaged(deps: SelfManagedDeps, events: CertificateEvents): CertificateSource {
  const complain = complaints(events.onError);
  const tell = (error: unknown) => void complain.add(error);
  const { clock } = deps;
  /** The last valid state that this replica has read. */
  let known: CertificateState | undefined;
  let served: KeyPair | undefined;
  let trusted = false;
  let writesInARow = 0;

  function serve(state: CertificateState): void {
    known = state;
    if (state.leaf.cert === served?.cert && state.leaf.key === served.key) return;
    // If this fails, the one before is still served, and the next round tries again.
    events.onChange(state.leaf);
    served = state.leaf;
  }

  /** @returns how long to wait before the next round, in milliseconds */
  async function runRound(closing: AbortSignal): Promise<number> {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ROUND_MS)]);
    try {
      const round = await certificateRound({ ...deps, complain: tell }, known, signal);
      reportRound(round, deps.telemetry, complain);
      if (round.state && isValidAt(round.state, clock.now())) serve(round.state);
      // Once true, it stays true: lockstep mends a caBundle
      // that changes later, and need not refuse calls for that.
      trusted = round.trusted || (trusted && !round.early);
      writesInARow = round.written ? writesInARow + 1 : 0;
      if (round.written && writesInARow <= MOST_IN_A_ROW) return 0;
      return round.outcome === 'done' ? paceMs(deps.lifetimes) : retryMs();
    } catch (error) {
      if (closing.aborted) return 0;
      deps.telemetry.metrics.countCertificateStep('error');
      complain.add(error);
      return retryMs();
    } finally {
      complain.endRound();
    }
  }

  const rounds = repeat(runRound);
  return {
    current: () => served,
    isHealthy: () => trusted && isCurrent(served, clock.now()),
    close: () => void rounds.close(),
  };
}
