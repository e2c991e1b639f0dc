import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate ends, in milliseconds since the epoch. */
export const endOf = (cert: string): number => new X509Certificate(cert).validToDate.getTime();

function isParsable(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

export const isCertificate = (cert: string): boolean => isParsable(() => new X509Certificate(cert));

export const isPrivateKey = (key: string): boolean => isParsable(() => createPrivateKey(key));

/** Whether both parse, and the key belongs to the certificate. */
export function isPair({ cert, key }: KeyPair): boolean {
  if (!isCertificate(cert) || !isPrivateKey(key)) return false;
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

/** Whether there is a pair that has not expired. */
export const isCurrent = (pair: KeyPair | undefined): boolean =>
  pair !== undefined && endOf(pair.cert) > Date.now();
