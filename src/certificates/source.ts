import type { KeyPair } from './key-pair.ts';

/** Where the serving certificate comes from. */
export interface CertificateSource {
  /** The pair to serve; undefined until there is one. */
  current(): KeyPair | undefined;
  /**
   * False if clients would not accept what is served: there
   * is no pair, it has expired, or it is not trusted yet.
   */
  isHealthy(): boolean;
  /** Stops looking for changes. */
  close(): void;
}

/** What a source reports. */
export interface CertificateEvents {
  /** There is a new valid pair: the first one, or one that differs from the last. */
  onChange(pair: KeyPair): void;
  /**
   * The new pair is unusable, so the current one stays. The
   * same error is reported once for as long as it lasts.
   */
  onError(error: unknown): void;
}
