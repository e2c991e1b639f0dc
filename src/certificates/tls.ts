import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { KeyPair } from './key-pair.ts';

/**
 * All TLS options. Every call needs all of them, because
 * a new secure context does not inherit from the old one.
 */
export function tlsOptions(pair: KeyPair): SecureContextOptions & { cert: string; key: string } {
  return { ...pair, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true };
}

/** Whether OpenSSL accepts the pair: all certificates of a chain must parse, and not only the first. */
export function isServable(pair: KeyPair): boolean {
  try {
    createSecureContext(tlsOptions(pair));
    return true;
  } catch {
    return false;
  }
}
