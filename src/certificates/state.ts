import { X509Certificate } from 'node:crypto';
import { isCertificate, isCertificateValidAt, isPair, type KeyPair } from './key-pair.ts';
import { isServable } from './tls.ts';

/** What all replicas agree on: the contents of the Secret. */
export interface CertificateState {
  /** Signs the leaf. */
  readonly authority: KeyPair;
  /** Served by every replica. */
  readonly leaf: KeyPair;
  /** The next authority: trusted beside the current one before it signs. */
  readonly next?: KeyPair & {
    /** When it was first seen in the caBundle, in milliseconds since the epoch. */
    readonly trustedSince?: number;
  };
  /**
   * The previous authority. It signs nothing, and is trusted as long as a leaf that it signed may be served.
   */
  readonly retired?: {
    readonly cert: string;
    /** When the last leaf under it ends, in milliseconds since the epoch. */
    readonly until: number;
  };
}

/** The entries of the Secret. The first four have the names that other tools look for. */
const ENTRIES = {
  authorityCert: 'ca.crt',
  authorityKey: 'ca.key',
  leafCert: 'tls.crt',
  leafKey: 'tls.key',
  nextCert: 'next-ca.crt',
  nextKey: 'next-ca.key',
  nextTrustedSince: 'next-ca.trusted-since',
  retiredCert: 'retired-ca.crt',
  retiredUntil: 'retired-ca.until',
} as const;

/** A Secret's entries as text. */
export type SecretData = Readonly<Record<string, string>>;

export type ParsedState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'state'; readonly state: CertificateState };

const invalid = (why: string): ParsedState => ({ kind: 'invalid', why });

/** Reads the Secret's entries. `why` names entries and never quotes them. */
export function parseState(data: SecretData): ParsedState {
  const at = (entry: keyof typeof ENTRIES): string => data[ENTRIES[entry]] ?? '';
  if (Object.values(ENTRIES).every((name) => !data[name])) return { kind: 'empty' };
  const authority = { cert: at('authorityCert'), key: at('authorityKey') };
  const leaf = { cert: at('leafCert'), key: at('leafKey') };
  if (!isPair(authority)) return invalid('ca.crt and ca.key are no certificate with its key');
  if (!isPair(leaf)) return invalid('tls.crt and tls.key are no certificate with its key');
  if (!isSignedBy(leaf.cert, authority.cert)) return invalid('tls.crt is not signed by ca.crt');
  if (!isServable(leaf)) return invalid('tls.crt cannot be served');
  const next = { cert: at('nextCert'), key: at('nextKey') };
  const trustedSince = Date.parse(at('nextTrustedSince'));
  const retired = { cert: at('retiredCert'), until: Date.parse(at('retiredUntil')) };
  return {
    kind: 'state',
    state: {
      authority,
      leaf,
      // These are left out if they are broken. Nothing is served under a next authority
      // yet, and lockstep makes it again. Nothing is served under a retired one any longer.
      ...(isPair(next) && { next: { ...next, ...(trustedSince > 0 && { trustedSince }) } }),
      ...(isCertificate(retired.cert) && retired.until > 0 && { retired }),
    },
  };
}

/** The entries of the Secret for a state; undefined for those that must not exist. */
export function secretDataOf(state: CertificateState): Readonly<Record<string, string | undefined>> {
  const { authority, leaf, next, retired } = state;
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  return {
    [ENTRIES.authorityCert]: authority.cert,
    [ENTRIES.authorityKey]: authority.key,
    [ENTRIES.leafCert]: leaf.cert,
    [ENTRIES.leafKey]: leaf.key,
    [ENTRIES.nextCert]: next?.cert,
    [ENTRIES.nextKey]: next?.key,
    [ENTRIES.nextTrustedSince]: time(next?.trustedSince),
    [ENTRIES.retiredCert]: retired?.cert,
    [ENTRIES.retiredUntil]: time(retired?.until),
  };
}

/** The authorities to trust, PEM: the caBundle of each webhook. */
export function bundleOf({ authority, next, retired }: CertificateState): string {
  return [authority.cert, next?.cert ?? '', retired?.cert ?? ''].join('');
}

/** Whether clients that trust its authority would accept the leaf now. */
export function isValidAt({ authority, leaf }: CertificateState, now: number): boolean {
  return isCertificateValidAt(authority.cert, now) && isCertificateValidAt(leaf.cert, now);
}

function isSignedBy(cert: string, authority: string): boolean {
  const issuer = new X509Certificate(authority);
  const leaf = new X509Certificate(cert);
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);
}
