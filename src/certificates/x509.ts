// @peculiar/x509 uses tsyringe, which looks for Reflect's metadata functions when it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from './key-pair.ts';

/** What a certificate is for, and when it ends. */
export interface CertificateRequest {
  /** Default: a server's. */
  readonly purpose?: 'server' | 'client';
  /** DNS names, e.g. `localhost`. */
  readonly names: readonly string[];
  /** IP addresses, v4 or v6, e.g. `127.0.0.1`. */
  readonly addresses: readonly string[];
  /** Default: five minutes before it is made, or a day before `notAfter` if that is earlier. */
  readonly notBefore?: Date;
  readonly notAfter: Date;
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };
const DAY = 24 * 60 * 60_000;
/** A certificate is used as soon as it is made, and the clock of another API server may be behind. */
const SKEW = 5 * 60_000;

const pem = (der: ArrayBuffer, label: string): string => `${x509.PemConverter.encode(der, label)}\n`;

const startOf = (request: Pick<CertificateRequest, 'notBefore' | 'notAfter'>, now: number): Date =>
  request.notBefore ?? new Date(Math.min(now - SKEW, request.notAfter.getTime() - DAY));

async function pairOf(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<KeyPair> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return { cert: `${certificate.toString('pem')}\n`, key: pem(der, 'PRIVATE KEY') };
}

/**
 * Makes a certificate authority (P-256, path length 0: it signs servers, not further authorities).
 * @param name its common name. Two authorities may have the same one: each has a key identifier of its own
 * @param notAfter when the authority itself ends; certificates it issues may end earlier or later
 * @param now the time by the clock of its verifiers, in milliseconds since the epoch
 */
export async function makeAuthority(name: string, notAfter: Date, now = Date.now()): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      notBefore: startOf({ notAfter }, now),
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
  return pairOf(certificate, keys.privateKey);
}

/**
 * Makes a certificate (P-256), signed by an authority.
 * @param now the time by the clock of its verifiers, in milliseconds since the epoch
 */
export async function issue(
  authority: KeyPair,
  request: CertificateRequest,
  now = Date.now(),
): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.cert);
  const der = x509.PemConverter.decodeFirst(authority.key);
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, P256, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: `CN=${request.names[0] ?? request.addresses[0] ?? 'lockstep'}`,
      issuer: issuer.subject,
      notBefore: startOf(request, now),
      notAfter: request.notAfter,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: P256,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        // ECDSA only signs in a handshake, so there is no keyEncipherment.
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([PURPOSES[request.purpose ?? 'server']]),
        new x509.SubjectAlternativeNameExtension([
          ...request.names.map((value) => ({ type: 'dns', value }) as const),
          ...request.addresses.map((value) => ({ type: 'ip', value }) as const),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return pairOf(certificate, keys.privateKey);
}
