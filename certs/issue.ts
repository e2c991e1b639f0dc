import type { KeyPair } from '../src/certificates/key-pair.ts';
import { type CertificateRequest, issue, makeAuthority } from '../src/certificates/x509.ts';

export type { CertificateRequest } from '../src/certificates/x509.ts';

/** A certificate authority that exists only in memory: its key can sign, but cannot be read. */
export interface Authority {
  /** The authority's own certificate, PEM: a client's `ca`, a webhook's `caBundle`. */
  readonly ca: string;
  issue(request: CertificateRequest): Promise<KeyPair>;
}

const DAY = 24 * 60 * 60_000;

/**
 * Makes a certificate authority for development.
 * @param notAfter when the authority itself ends; certificates it issues may end earlier or later
 */
export async function createAuthority(notAfter: Date): Promise<Authority> {
  const authority = await makeAuthority('lockstep development CA', notAfter);
  return { ca: authority.cert, issue: (request) => issue(authority, request) };
}

/** An authority's certificate with one pair that it issued. The authority's key is thrown away. */
export interface IssuedCertificates extends KeyPair {
  readonly ca: string;
}

/**
 * Makes an authority and one server certificate under it, in memory. `notAfter`
 * may be in the past: the pair is then expired, but its authority is not.
 */
export async function issueCertificates(request: CertificateRequest): Promise<IssuedCertificates> {
  const caEnd = new Date(Math.max(request.notAfter.getTime(), Date.now() + DAY));
  const authority = await createAuthority(caEnd);
  return { ca: authority.ca, ...(await authority.issue(request)) };
}
