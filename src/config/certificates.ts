import type { CertificateConfig } from '../certificates/config.ts';
import { duration } from './duration.ts';
import { configError } from './errors.ts';
import { DNS_NAMES, namespacedName } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { oneOf, text } from './value-types.ts';

/**
 * A certificate's times have steps of a second: what lives for less than a few of them cannot be renewed in
 * time.
 */
const LIFETIME = duration({
  least: 3_000,
  says: 'A lifetime is a duration of at least 3s, for example 720h.',
});

const FILES = '--certificates files';
const SELF_MANAGED = '--certificates self-managed';

export const CERTIFICATE_OPTIONS = {
  '--certificates': {
    value: oneOf(['files', 'self-managed']),
    default: 'files',
    says: 'source of the serving certificate',
  },
  '--tls-cert-file': {
    value: text('file'),
    neededWith: FILES,
    says: 'files: certificate chain of the webhook, PEM; reloaded when it changes',
  },
  '--tls-private-key-file': {
    value: text('file'),
    neededWith: FILES,
    says: 'files: private key of that certificate, PEM; reloaded when it changes',
  },
  '--certificate-secret': {
    value: namespacedName('A Secret'),
    neededWith: SELF_MANAGED,
    says: 'self-managed: Secret in which all replicas keep authority and certificate',
  },
  '--certificate-names': {
    value: DNS_NAMES,
    neededWith: SELF_MANAGED,
    says: 'self-managed: DNS names of the certificate, the Service’s first',
  },
  '--webhook-configuration': {
    value: text('name'),
    neededWith: SELF_MANAGED,
    says: 'self-managed: MutatingWebhookConfiguration whose caBundles lockstep fills',
  },
  '--certificate-lifetime': {
    value: LIFETIME,
    default: '2160h',
    says: 'self-managed: lifetime of a certificate; lockstep renews it after two thirds of that',
  },
  '--ca-lifetime': {
    value: LIFETIME,
    default: '8760h',
    says: 'self-managed: lifetime of the authority; at least twice that of a certificate',
  },
} as const satisfies OptionTable;

type Flag = keyof typeof CERTIFICATE_OPTIONS;
type CertificateValues = Values<typeof CERTIFICATE_OPTIONS>;

/** @throws LockstepError CONFIG_INVALID naming the flag that is missing, or that does not fit another */
export function certificateConfig(values: CertificateValues): CertificateConfig {
  function needed<T>(flag: Flag, value: T | undefined): T {
    if (value !== undefined) return value;
    const message = `${flag}: needed with --certificates ${values.certificates}`;
    throw configError(message);
  }
  if (values.certificates === 'files') {
    const certFile = needed('--tls-cert-file', values.tlsCertFile);
    return { kind: 'files', certFile, keyFile: needed('--tls-private-key-file', values.tlsPrivateKeyFile) };
  }
  const lifetimes = { authority: values.caLifetime, leaf: values.certificateLifetime };
  if (lifetimes.authority < 2 * lifetimes.leaf) {
    const why =
      '--ca-lifetime: shorter than twice --certificate-lifetime, so that its successor could not sign in time';
    throw configError(why);
  }
  return {
    kind: 'self-managed',
    secret: needed('--certificate-secret', values.certificateSecret),
    names: needed('--certificate-names', values.certificateNames),
    webhookConfiguration: needed('--webhook-configuration', values.webhookConfiguration),
    lifetimes,
  };
}
