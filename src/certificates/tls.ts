import { constants } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { KeyPair } from './key-pair.ts';

/**
 * Without tickets, no TLS session is resumed. Go's client, and so the API server, does not resume one. A
 * resumed session would keep the verdict on a client certificate of its first handshake. With TLS 1.3,
 * Node even calls a client authorized if it resumes a session and has shown no certificate.
 *
 * Renegotiation (TLS 1.2) lets a client make the server sign again
 * and again over one connection. Go's client refuses it, too.
 */
const SECURE_OPTIONS = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;

/**
 * All TLS options. Every call needs all of them, because
 * a new secure context does not inherit from the old one.
 * @param clientCa the authorities of client certificates, PEM; undefined if clients are not asked for one
 */
export function tlsOptions(
  pair: KeyPair,
  clientCa: string | undefined,
): SecureContextOptions & { cert: string; key: string } {
  return {
    ...pair,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    honorCipherOrder: true,
    secureOptions: SECURE_OPTIONS,
    // Every certificate of the file is trusted, as in the API server's own --client-ca-file. The file
    // may hold an intermediate authority and not the root above it.
    ...(clientCa !== undefined && { ca: clientCa, allowPartialTrustChain: true }),
  };
}

/** Whether OpenSSL accepts the pair: all certificates of a chain must parse, and not only the first. */
export function isServable(pair: KeyPair): boolean {
  try {
    createSecureContext(tlsOptions(pair, undefined));
    return true;
  } catch {
    return false;
  }
}
