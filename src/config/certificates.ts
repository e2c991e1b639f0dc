import type { CertificateConfig } from '../certificates/config.ts';
import { duration } from './duration.ts';
import { configError } from './errors.ts';
import { DNS_NAMES, namespacedName } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { oneOf, text } from './value-types.ts';

/**
 * The times in a certificate have steps of a second. If it
 * lives only a few of them, lockstep cannot renew it in time.
 */
const LIFETIME = duration({
  least: 3_000,
  accepts: 'A lifetime is a duration of at least 3s, for example 720h.',
});

const FILES = '--certificates files';
const SELF_MANAGED = '--certificates self-managed';

export const CERTIFICATE_OPTIONS = {
  '--certificates': {
    value: oneOf(['files', 'self-managed']),
    default: 'files',
    description: 'source of the serving certificate',
  },
  '--tls-cert-file': {
    value: text('file'),
    neededWith: FILES,
    description: 'files: certificate chain of the webhook, PEM; reloaded when it changes',
  },
  '--tls-private-key-file': {
    value: text('file'),
    neededWith: FILES,
    description: 'files: private key of that certificate, PEM; reloaded when it changes',
  },
  '--certificate-secret': {
    value: namespacedName('A Secret'),
    neededWith: SELF_MANAGED,
    description: 'self-managed: Secret in which all replicas keep authority and certificate',
  },
  '--certificate-names': {
    value: DNS_NAMES,
    neededWith: SELF_MANAGED,
    description: 'self-managed: DNS names of the certificate, the Service’s first',
  },
  '--webhook-configuration': {
    value: text('name'),
    neededWith: SELF_MANAGED,
    description: 'self-managed: MutatingWebhookConfiguration whose caBundles lockstep fills',
  },
  '--certificate-lifetime': {
    value: LIFETIME,
    default: '2160h',
    description: 'self-managed: lifetime of a certificate; lockstep renews it after two thirds of that',
  },
  '--ca-lifetime': {
    value: LIFETIME,
    default: '8760h',
    description: 'self-managed: lifetime of the authority; at least twice that of a certificate',
  },
} as const satisfies OptionTable;

type Flag = keyof typeof CERTIFICATE_OPTIONS;
type CertificateValues = Values<typeof CERTIFICATE_OPTIONS>;

/**
 * @throws LockstepError CONFIG_INVALID, which names the missing option, or the one that does not fit another
 */
export function certificateConfig(values: CertificateValues): CertificateConfig {
  function requireValue<T>(flag: Flag, value: T | undefined): T {
    if (value !== undefined) return value;
    const message = `${flag}: needed with --certificates ${values.certificates}`;
    throw configError(message);
  }
  if (values.certificates === 'files') {
    const certFile = requireValue('--tls-cert-file', values.tlsCertFile);
    return {
      kind: 'files',
      certFile,
      keyFile: requireValue('--tls-private-key-file', values.tlsPrivateKeyFile),
    };
  }
  const lifetimes = { authority: values.caLifetime, leaf: values.certificateLifetime };
  if (lifetimes.authority < 2 * lifetimes.leaf) {
    const what = '--ca-lifetime: must be at least twice --certificate-lifetime';
    throw configError(`${what}, so that the next authority can sign in time`);
  }
  return {
    kind: 'self-managed',
    secret: requireValue('--certificate-secret', values.certificateSecret),
    names: requireValue('--certificate-names', values.certificateNames),
    webhookConfiguration: requireValue('--webhook-configuration', values.webhookConfiguration),
    lifetimes,
  };
}
