import type { SecretData } from './state.ts';

/** A Secret's entries as text, with the version at which they were read. */
export interface ReadSecret {
  readonly data: SecretData;
  readonly resourceVersion: string | undefined;
}

/** One Secret, on which several replicas agree. */
export interface CertificateSecret {
  /** @throws LockstepError CERTIFICATE_INVALID if the Secret is missing, and what the API client throws */
  read(signal: AbortSignal): Promise<ReadSecret>;
  /** Writes entries, and removes undefined ones, if the Secret is still the one that was read. */
  write(
    read: ReadSecret,
    entries: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<'written' | 'conflict'>;
}

/** A MutatingWebhookConfiguration as it was read: its caBundles, PEM, by the names of the webhooks. */
export interface ReadRegistration {
  readonly caBundles: ReadonlyMap<string, string>;
  readonly resourceVersion: string | undefined;
}

/** The webhook configuration. lockstep maintains its caBundles. */
export interface Registration {
  /** Undefined if there is none, so that no API server calls. */
  read(signal: AbortSignal): Promise<ReadRegistration | undefined>;
  /** Writes one caBundle into every webhook, if the registration is still the one that was read. */
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
  /** What else trusts lockstep by a caBundle. The webhooks come first: trouble with this holds up nothing. */
  readonly further?: Registration;
}
