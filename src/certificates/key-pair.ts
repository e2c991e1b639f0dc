import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate ends, in milliseconds since the epoch. */
export const endOf = (cert: string): number => new X509Certificate(cert).validToDate.getTime();

/** Whether both parse, and the key is the certificate's. */
export function isPair({ cert, key }: KeyPair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
