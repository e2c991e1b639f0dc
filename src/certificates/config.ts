import type { ObjectRef } from '../api/path.ts';
import type { CertificateFiles } from './files.ts';
import type { Lifetimes } from './plan.ts';

/** Where the serving certificate comes from. */
export type CertificateConfig =
  | ({ readonly kind: 'files' } & CertificateFiles)
  | {
      readonly kind: 'self-managed';
      readonly secret: ObjectRef;
      /** DNS names of the serving certificate. */
      readonly names: readonly string[];
      /** The MutatingWebhookConfiguration whose caBundles lockstep fills. */
      readonly webhookConfiguration: string;
      readonly lifetimes: Lifetimes;
    };
