import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { KeyPair } from './key-pair.ts';

/** Every TLS option, each time: a new secure context does not inherit the old one's. */
export function tlsOptions(pair: KeyPair): SecureContextOptions & { cert: string; key: string } {
  return { ...pair, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true };
}

/** Whether OpenSSL takes the pair: of a chain, all certificates have to parse, not the first alone. */
export function isServable(pair: KeyPair): boolean {
  try {
    createSecureContext(tlsOptions(pair));
    return true;
  } catch {
    return false;
  }
}
