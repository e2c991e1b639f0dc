import type { SecretData } from './state.ts';

/** A Secret's entries as text, with the version that they were read at. */
export interface ReadSecret {
  readonly data: SecretData;
  readonly resourceVersion: string | undefined;
}

/** One Secret, on which several replicas agree. */
export interface CertificateSecret {
  /** @throws LockstepError CERTIFICATE_INVALID where it is missing, besides the client's */
  read(signal: AbortSignal): Promise<ReadSecret>;
  /** Writes entries, and removes those that are undefined, if the Secret still is the one that was read. */
  write(
    read: ReadSecret,
    entries: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<'written' | 'conflict'>;
}

/** A MutatingWebhookConfiguration as it was read: its webhooks' caBundles, PEM, by the webhooks' names. */
export interface ReadRegistration {
  readonly caBundles: ReadonlyMap<string, string>;
  readonly resourceVersion: string | undefined;
}

/** The webhooks' registration, of which lockstep looks after the caBundles. */
export interface Registration {
  /** Undefined where there is none: nobody calls. */
  read(signal: AbortSignal): Promise<ReadRegistration | undefined>;
  /** Puts one caBundle into every webhook, if the registration still is the one that was read. */
  trust(
    read: ReadRegistration,
    caBundle: string,
    signal: AbortSignal,
  ): Promise<'written' | 'conflict' | 'gone'>;
}

/** What self-managed certificates read and write in the cluster. */
export interface CertificateObjects {
  readonly secret: CertificateSecret;
  readonly registration: Registration;
}
