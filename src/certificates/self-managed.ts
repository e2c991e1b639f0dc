import { repeat } from '../background/repeat.ts';
import { type Complaints, complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { isCurrent } from './key-pair.ts';
import { type Lifetimes, trustLeadMs } from './plan.ts';
import { certificateRound, type Round, type RoundDeps, type Written } from './round.ts';
import type { CertificateEvents, CertificateSource } from './source.ts';
import type { CertificateState } from './state.ts';

type Report = Telemetry<'certificateStep'>;

export interface SelfManagedDeps extends RoundDeps {
  readonly telemetry: Report;
}

/** A renewed leaf has to reach every replica, and an emptied caBundle has to be filled: at this pace. */
const LONGEST_PACE_MS = 10_000;
const paceMs = (lifetimes: Lifetimes): number =>
  Math.min(LONGEST_PACE_MS, lifetimes.leaf / 20, trustLeadMs(lifetimes) / 4);
/** After an error, or a write of another replica: at random, so that replicas do not meet again. */
const retryMs = (): number => 500 + Math.random() * 500;
/** For one round: reads, a signature and a write. */
const ROUND_MS = 15_000;
/** More writes in a row than any order of steps takes: somebody undoes them, and must not be raced. */
const MOST_IN_A_ROW = 5;

const MESSAGES: Readonly<Record<Written, string>> = {
  start: 'made a new authority and serving certificate',
  renew: 'renewed the serving certificate',
  introduce: 'made the next authority, which has to be trusted before it signs',
  confirm: 'the next authority is in all caBundles',
  promote: 'renewed the serving certificate under the next authority',
  retire: 'removed the retired authority',
  restore: 'restored the emptied Secret of the certificate',
  trust: 'filled in the caBundles of the webhook configuration',
};

/** Logs and counts what a round did. */
function reportRound({ written, flaw }: Round, { log, metrics }: Report, complain: Complaints): void {
  if (flaw !== undefined) complain.add(new Error(`the Secret is invalid (${flaw}); replacing its contents`));
  if (!written) return;
  metrics.certificateStep(written);
  log.info({ step: written }, MESSAGES[written]);
}

/**
 * Certificates that need no maintenance. All replicas agree on them by the resourceVersion of one Secret;
 * they are trusted through the registration's caBundles, and renewed in the order that `plan` says.
 */
export function selfManaged(deps: SelfManagedDeps, events: CertificateEvents): CertificateSource {
  const complain = complaints(events.onError);
  let current: CertificateState | undefined;
  let trusted = false;
  let writesInARow = 0;

  function take(state: CertificateState): void {
    const isNew = state.leaf.cert !== current?.leaf.cert;
    current = state;
    if (isNew) events.onChange(state.leaf);
  }

  /** @returns how long to wait before the next round, in milliseconds */
  async function look(closing: AbortSignal): Promise<number> {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ROUND_MS)]);
    try {
      const round = await certificateRound(deps, current, signal);
      reportRound(round, deps.telemetry, complain);
      if (round.state) take(round.state);
      // Once and for all: a caBundle that is changed later is mended, and is no reason to refuse calls.
      trusted ||= round.trusted;
      writesInARow = round.written ? writesInARow + 1 : 0;
      if (round.written && writesInARow <= MOST_IN_A_ROW) return 0;
      return round.outcome === 'done' ? paceMs(deps.lifetimes) : retryMs();
    } catch (error) {
      if (closing.aborted) return 0;
      deps.telemetry.metrics.certificateStep('error');
      complain.add(error);
      return retryMs();
    } finally {
      complain.endRound();
    }
  }

  const looking = repeat(look);
  return {
    current: () => current?.leaf,
    isHealthy: () => trusted && isCurrent(current?.leaf),
    close: () => void looking.close(),
  };
}
