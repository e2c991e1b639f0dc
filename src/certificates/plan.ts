import { X509Certificate } from 'node:crypto';
import { endOf } from './key-pair.ts';
import type { CertificateState } from './state.ts';

/** How long certificates live, in milliseconds. Each is replaced when two thirds of its life are over. */
export interface Lifetimes {
  readonly authority: number;
  /** At most half of the authority's: an authority is trusted for one leaf's life after its last signature. */
  readonly leaf: number;
}

export interface PlanFacts {
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimes: Lifetimes;
  /** DNS names that the leaf has to be for. */
  readonly names: readonly string[];
}

/**
 * What to do next, in the safe order: an authority is trusted before it signs, signs before the old one is dropped, and
 * the old one is dropped when nothing that it signed can be served any more.
 * - `start`: there is nothing that can be used: a new authority and a leaf under it
 * - `renew`: a new leaf under the same authority
 * - `introduce`: a next authority, to be trusted beside the present one
 * - `confirm`: it is in the caBundle: note since when
 * - `promote`: it has been there for long enough for every API server to know: it signs the leaf from now on
 * - `retire`: the last leaf under the authority before it has ended: it is trusted no more
 * - `rest`: nothing
 */
export type Step = 'start' | 'renew' | 'introduce' | 'confirm' | 'promote' | 'retire' | 'rest';

/** After this part of its life a certificate is replaced; the rest of it is for what may go wrong meanwhile. */
const REMAINING = 1 / 3;

/** API servers learn of a caBundle through a watch: within milliseconds, or minutes where one has lost its etcd. */
const LONGEST_SETTLE_MS = 600_000;

/** How long an authority is trusted before it signs, in milliseconds. */
export const settleMs = ({ authority }: Lifetimes): number => Math.min(LONGEST_SETTLE_MS, authority / 20);

/** When a leaf that is issued now would end. It cannot outlive its authority. */
export const leafEnd = (
  authority: string,
  { now, lifetimes }: Pick<PlanFacts, 'now' | 'lifetimes'>,
): number => Math.min(now + lifetimes.leaf, endOf(authority));

/** The next step from a state whose authorities stand in every webhook's caBundle. */
export function plan(state: CertificateState | undefined, facts: PlanFacts): Step {
  const { now, lifetimes } = facts;
  if (state === undefined) return 'start';
  const { authority, next, retired } = state;
  const nextIsGood = next !== undefined && endOf(next.cert) > now;
  // Nobody renewed for a third of its life, and now no order is safe any more: what is quickest is best.
  if (endOf(authority.cert) <= now) return nextIsGood ? 'promote' : 'start';
  if (leafIsDue(state, facts)) return 'renew';
  if (retired !== undefined && retired.until <= now) return 'retire';
  if (nextIsGood) {
    if (next.trustedSince === undefined) return 'confirm';
    return next.trustedSince + settleMs(lifetimes) <= now && !retired ? 'promote' : 'rest';
  }
  const authorityIsDue = endOf(authority.cert) - lifetimes.authority * REMAINING <= now;
  return authorityIsDue && !retired ? 'introduce' : 'rest';
}

function leafIsDue({ authority, leaf }: CertificateState, facts: PlanFacts): boolean {
  const certificate = new X509Certificate(leaf.cert);
  if (facts.names.some((name) => certificate.checkHost(name) === undefined)) return true;
  const end = certificate.validToDate.getTime();
  if (end - facts.lifetimes.leaf * REMAINING > facts.now) return false;
  // Near the authority's own end a new leaf would end with the present one: then it is the authority that is due.
  return leafEnd(authority.cert, facts) - end > facts.lifetimes.leaf / 10;
}
