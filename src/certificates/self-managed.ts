import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { KeyPair } from './key-pair.ts';
import { settleMs } from './plan.ts';
import { certificateRound, type RoundDeps, type Written } from './round.ts';
import { type CertificateEvents, type CertificateSource, isCurrent } from './source.ts';
import type { CertificateState } from './state.ts';

export interface SelfManagedDeps extends RoundDeps {
  readonly log: Logger;
  /** Told of all that this replica wrote, and of each error. */
  readonly observe: (what: Written | 'error') => void;
}

/** A renewed leaf has to reach every replica, and a caBundle that somebody emptied has to be filled: at this pace. */
const LONGEST_PACE_MS = 10_000;
/** Where something is missing, has failed or was overtaken: several replicas must not meet again at once. */
const retryMs = (): number => 500 + Math.random() * 500;
/** For one round: reads, a signature and a write. */
const ROUND_MS = 15_000;
/** More writes in a row than any order of steps takes: somebody else undoes them, and must not be raced. */
const MOST_IN_A_ROW = 5;

/**
 * Certificates that nobody has to look after: kept in a Secret, on which all replicas agree by its resourceVersion, trusted
 * through the registration's caBundles, and renewed in the order that `plan` says.
 */
export function selfManaged(deps: SelfManagedDeps, events: CertificateEvents): CertificateSource {
  const { lifetimes, log, observe } = deps;
  const closing = new AbortController();
  const first = Promise.withResolvers<KeyPair>();
  const paceMs = Math.min(LONGEST_PACE_MS, lifetimes.leaf / 20, settleMs(lifetimes) / 4);
  let held: CertificateState | undefined;
  let trusted = false;
  let lastComplaint: string | undefined;
  let inARow = 0;

  function adopt(state: CertificateState): void {
    const before = held?.leaf.cert;
    held = state;
    if (before === undefined) first.resolve(state.leaf);
    else if (before !== state.leaf.cert) events.changed(state.leaf);
  }

  function complain(complaint: string | undefined): void {
    if (complaint !== undefined && complaint !== lastComplaint) events.failed(new Error(complaint));
    lastComplaint = complaint;
  }

  /** @returns how long to wait before the next round, in milliseconds */
  async function look(): Promise<number> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(ROUND_MS)]);
    try {
      const { state, outcome, written, complaint, ...found } = await certificateRound(deps, held, signal);
      complain(complaint);
      if (state) adopt(state);
      // Once and for all: what becomes of a caBundle later is mended, and is no reason to take no calls.
      trusted ||= found.trusted;
      if (written) {
        observe(written);
        log.info({ step: written }, 'certificates');
      }
      inARow = written ? inARow + 1 : 0;
      if (written && inARow <= MOST_IN_A_ROW) return 0;
      return outcome === 'settled' ? paceMs : retryMs();
    } catch (error) {
      if (closing.signal.aborted) return 0;
      observe('error');
      complain(messageOf(error));
      return retryMs();
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const waitMs = await look();
      await pause(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }
  void run();

  return {
    first: () => first.promise,
    healthy: () => trusted && isCurrent(held?.leaf),
    close: () => closing.abort(),
  };
}
