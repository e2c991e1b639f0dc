import type { KeyPair } from './key-pair.ts';

/** Where the serving certificate comes from. */
export interface CertificateSource {
  /** The pair to serve; undefined until there is one. */
  current(): KeyPair | undefined;
  /**
   * False if clients would not accept what is served: there is no pair, it has expired, or is not trusted
   * yet.
   */
  isHealthy(): boolean;
  /** Stops looking for changes. */
  close(): void;
}

/** What a source tells. */
export interface CertificateEvents {
  /** There is a pair, the first one or one that differs from the last, and it is valid. */
  onChange(pair: KeyPair): void;
  /**
   * What is found cannot be used: the current pair stays. The same error is told once for as long as it
   * lasts.
   */
  onError(error: unknown): void;
}
