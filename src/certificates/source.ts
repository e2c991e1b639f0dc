import { endOf, type KeyPair } from './key-pair.ts';

/** Where the serving certificate comes from. */
export interface CertificateSource {
  /** The pair to serve first; waits where it is still to be made. What follows is told to `CertificateEvents.changed`. */
  first(): Promise<KeyPair>;
  /** False where clients would not take what is served: there is none, its time is over, or its authority is not trusted yet. */
  healthy(): boolean;
  /** Looks for changes no more. */
  close(): void;
}

/** What a source tells. */
export interface CertificateEvents {
  /** A pair that differs from the last one, and is valid. */
  changed(pair: KeyPair): void;
  /** What is there cannot be used: the pair before stays. */
  failed(error: unknown): void;
}

/** Whether there is a pair whose time is not over. */
export const isCurrent = (pair: KeyPair | undefined): boolean =>
  pair !== undefined && endOf(pair.cert) > Date.now();
