import { X509Certificate } from 'node:crypto';
import { MOST_OFF_MS } from '../api/clock.ts';
import { endOf, isCertificateValidAt, startOf } from './key-pair.ts';
import type { CertificateState } from './state.ts';

/** How long certificates live, in milliseconds. lockstep replaces each after two thirds of its life. */
export interface Lifetimes {
  readonly authority: number;
  /**
   * At most half of the authority's lifetime: an authority is
   * trusted for the life of one leaf after its last signature.
   */
  readonly leaf: number;
}

export interface PlanFacts {
  /** The API server's time, in milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimes: Lifetimes;
  /** DNS names that the leaf must have. */
  readonly names: readonly string[];
}

/**
 * What to do next, in the safe order. An authority is trusted before it signs, and signs before the
 * old one is dropped. The old one is dropped when no leaf that it signed can be served any more.
 * A certificate that is not valid yet is no better than one that has ended: a wrong clock has made it.
 * - `start`: nothing is usable, so make a new authority and a leaf under it
 * - `renew`: make a new leaf under the same authority
 * - `introduce`: make the next authority, to be trusted beside the current one
 * - `confirm`: the next authority is in the caBundles, so note since when
 * - `promote`: every API server has had time to learn of the next authority, so it signs a leaf
 * - `retire`: the last leaf under the old authority has ended, so drop it
 * - `rest`: there is nothing to do
 */
export type Step = 'start' | 'renew' | 'introduce' | 'confirm' | 'promote' | 'retire' | 'rest';

/** The part of a certificate's life that remains when lockstep replaces it. It leaves time for faults. */
const REMAINING = 1 / 3;

/**
 * API servers learn of a caBundle through a watch: within
 * milliseconds, or within minutes if one has lost its etcd.
 */
const LONGEST_TRUST_LEAD_MS = 600_000;

/** How long an authority is trusted before it signs, in milliseconds. */
export const trustLeadMs = ({ authority }: Lifetimes): number =>
  Math.min(LONGEST_TRUST_LEAD_MS, authority / 20);

/** When a leaf that is issued now would end: never after its authority. */
export const leafEnd = (
  authority: string,
  { now, lifetimes }: Pick<PlanFacts, 'now' | 'lifetimes'>,
): number => Math.min(now + lifetimes.leaf, endOf(authority));

/** The next step from a state whose authorities are in the caBundle of every webhook. */
export function plan(state: CertificateState | undefined, facts: PlanFacts): Step {
  const { now, lifetimes } = facts;
  if (state === undefined) return 'start';
  const { authority, next, retired } = state;
  const nextIsGood = next !== undefined && isCertificateValidAt(next.cert, now);
  // Nothing was renewed for a third of its life, or a wrong clock
  // started anew. No order is safe any more, so take the quickest.
  if (!isCertificateValidAt(authority.cert, now)) return nextIsGood ? 'promote' : 'start';
  if (leafIsDue(state, facts)) return 'renew';
  if (retired !== undefined && retired.until <= now) return 'retire';
  if (nextIsGood) {
    if (next.trustedSince === undefined || !isPlausible(next.trustedSince, next.cert, now)) return 'confirm';
    return next.trustedSince + trustLeadMs(lifetimes) <= now && !retired ? 'promote' : 'rest';
  }
  const authorityIsDue = endOf(authority.cert) - lifetimes.authority * REMAINING <= now;
  return authorityIsDue && !retired ? 'introduce' : 'rest';
}

/** Whether the clock that has written this time about a certificate can have been right. */
const isPlausible = (time: number, cert: string, now: number): boolean =>
  startOf(cert) <= time && time <= now + MOST_OFF_MS;

function leafIsDue({ authority, leaf }: CertificateState, facts: PlanFacts): boolean {
  const certificate = new X509Certificate(leaf.cert);
  if (facts.names.some((name) => certificate.checkHost(name) === undefined)) return true;
  if (!isCertificateValidAt(leaf.cert, facts.now)) return true;
  const end = certificate.validToDate.getTime();
  if (end - facts.lifetimes.leaf * REMAINING > facts.now) return false;
  // Near the authority's end, a new leaf would end with the
  // current one. Then the authority is due, and not the leaf.
  return leafEnd(authority.cert, facts) - end > facts.lifetimes.leaf / 10;
}
