import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate begins to be valid, in milliseconds since the epoch. */
export const startOf = (cert: string): number => new X509Certificate(cert).validFromDate.getTime();

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

/** Whether a certificate has begun and has not ended. */
export const isCertificateValidAt = (cert: string, now: number): boolean =>
  startOf(cert) <= now && now < endOf(cert);

/** Whether there is a pair that is valid at this time. */
export const isCurrent = (pair: KeyPair | undefined, now: number): pair is KeyPair =>
  pair !== undefined && isCertificateValidAt(pair.cert, now);
