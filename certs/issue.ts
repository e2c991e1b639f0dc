// @peculiar/x509 builds on tsyringe, which looks for Reflect's metadata functions when it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** What a server's certificate is for, and until when. */
export interface CertificateRequest {
  /** DNS names, e.g. `localhost`. */
  readonly names: readonly string[];
  /** IP addresses, v4 or v6, e.g. `127.0.0.1`. */
  readonly addresses: readonly string[];
  /** Default: a minute ago, or a day before `notAfter` where that has passed already. */
  readonly notBefore?: Date;
  readonly notAfter: Date;
}

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that exists only in memory: its key can sign, and cannot be read. */
export interface Authority {
  /** The authority's own certificate, PEM: a client's `ca`, a webhook's `caBundle`. */
  readonly ca: string;
  issue(request: CertificateRequest): Promise<KeyPair>;
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const pem = (der: ArrayBuffer, label: string): string => `${x509.PemConverter.encode(der, label)}\n`;

const startOf = (request: Pick<CertificateRequest, 'notBefore' | 'notAfter'>): Date =>
  request.notBefore ?? new Date(Math.min(Date.now() - MINUTE, request.notAfter.getTime() - DAY));

/**
 * Makes a certificate authority (P-256, path length 0: it signs servers, not further authorities).
 * @param notAfter when the authority itself ends; certificates it issues may end earlier or later
 */
export async function createAuthority(notAfter: Date): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(P256, false, ['sign', 'verify']);
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=lockstep development CA',
      notBefore: startOf({ notAfter }),
      notAfter,
      keys,
      signingAlgorithm: P256,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    ca: `${certificate.toString('pem')}\n`,
    issue: (request) => issueFrom({ certificate, key: keys.privateKey }, request),
  };
}

async function issueFrom(
  issuer: { certificate: x509.X509Certificate; key: webcrypto.CryptoKey },
  request: CertificateRequest,
): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: `CN=${request.names[0] ?? request.addresses[0] ?? 'lockstep'}`,
      issuer: issuer.certificate.subject,
      notBefore: startOf(request),
      notAfter: request.notAfter,
      publicKey: keys.publicKey,
      signingKey: issuer.key,
      signingAlgorithm: P256,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        // ECDSA only ever signs in a handshake: no keyEncipherment.
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
        new x509.SubjectAlternativeNameExtension([
          ...request.names.map((value) => ({ type: 'dns', value }) as const),
          ...request.addresses.map((value) => ({ type: 'ip', value }) as const),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: `${certificate.toString('pem')}\n`, key: pem(key, 'PRIVATE KEY') };
}

/** An authority's certificate with one pair that it issued; the authority's key is thrown away. */
export interface IssuedCertificates extends KeyPair {
  readonly ca: string;
}

/**
 * Makes an authority and one server certificate under it, in memory.
 * `notAfter` may lie in the past: the pair is then expired, under an authority that is not.
 */
export async function issueCertificates(request: CertificateRequest): Promise<IssuedCertificates> {
  const caEnd = new Date(Math.max(request.notAfter.getTime(), Date.now() + DAY));
  const authority = await createAuthority(caEnd);
  return { ca: authority.ca, ...(await authority.issue(request)) };
}
