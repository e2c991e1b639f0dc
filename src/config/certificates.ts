import { InvalidArgumentError, type Option } from 'commander';
import { goDuration } from '../admission/deadline.ts';
import type { ObjectRef } from '../api/path.ts';
import type { CertificateConfig } from '../certificates/config.ts';
import { LockstepError } from '../errors.ts';
import { DNS_NAME, namespacedName, option } from './option.ts';

/** As commander gives them. */
export interface CertificateFlags {
  readonly certificates: 'files' | 'self-managed';
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly certificateSecret?: ObjectRef;
  readonly certificateNames?: readonly string[];
  readonly webhookConfiguration?: string;
  readonly certificateLifetime: number;
  readonly caLifetime: number;
}

function dnsNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !DNS_NAME.test(name) || name.length > 253);
  if (wrong === undefined) return names;
  throw new InvalidArgumentError(`"${wrong}" is not a DNS name.`);
}

/** A certificate's times have steps of a second: what lives for less than a few of them cannot be renewed in time. */
const SHORTEST_MS = 3_000;

function lifetime(text: string): number {
  const value = goDuration(text);
  if (value !== undefined && value >= SHORTEST_MS) return value;
  throw new InvalidArgumentError('A lifetime is a duration of at least 3s, for example 720h.');
}

const HOUR_MS = 3_600_000;

export function certificateOptions(): Option[] {
  return [
    option('--certificates <files|self-managed>', 'where the serving certificate comes from', 'CERTIFICATES')
      .choices(['files', 'self-managed'])
      .default('files'),
    option(
      '--tls-cert-file <file>',
      'files: certificate chain of the webhook, PEM; reloaded when it changes',
      'TLS_CERT_FILE',
    ),
    option(
      '--tls-private-key-file <file>',
      'files: its private key, PEM; reloaded when it changes',
      'TLS_PRIVATE_KEY_FILE',
    ),
    option(
      '--certificate-secret <namespace/name>',
      'self-managed: the Secret in which all replicas keep authority and certificate',
      'CERTIFICATE_SECRET',
    ).argParser(namespacedName('A Secret')),
    option(
      '--certificate-names <list>',
      'self-managed: DNS names of the certificate, the Service’s first',
      'CERTIFICATE_NAMES',
    ).argParser(dnsNames),
    option(
      '--webhook-configuration <name>',
      'self-managed: the MutatingWebhookConfiguration whose caBundles are filled',
      'WEBHOOK_CONFIGURATION',
    ),
    option(
      '--certificate-lifetime <duration>',
      'self-managed: life of a certificate; renewed when two thirds of it are over',
      'CERTIFICATE_LIFETIME',
    )
      .argParser(lifetime)
      .default(2160 * HOUR_MS, '2160h'),
    option(
      '--ca-lifetime <duration>',
      'self-managed: life of the authority; at least twice a certificate’s',
      'CA_LIFETIME',
    )
      .argParser(lifetime)
      .default(8760 * HOUR_MS, '8760h'),
  ];
}

/** @throws LockstepError CONFIG_INVALID naming the flag that is missing, or that does not fit another */
export function certificateConfig(flags: CertificateFlags): CertificateConfig {
  function needed<T>(flag: string, value: T | undefined): T {
    if (value !== undefined) return value;
    const message = `${flag}: needed with --certificates ${flags.certificates}`;
    throw new LockstepError('CONFIG_INVALID', message);
  }
  if (flags.certificates === 'files') {
    const certFile = needed('--tls-cert-file', flags.tlsCertFile);
    return {
      kind: 'files',
      certFile,
      keyFile: needed('--tls-private-key-file', flags.tlsPrivateKeyFile),
    };
  }
  const lifetimes = { authority: flags.caLifetime, leaf: flags.certificateLifetime };
  if (lifetimes.authority < 2 * lifetimes.leaf) {
    const why =
      '--ca-lifetime: shorter than twice --certificate-lifetime, so that its successor could not sign in time';
    throw new LockstepError('CONFIG_INVALID', why);
  }
  return {
    kind: 'self-managed',
    secret: needed('--certificate-secret', flags.certificateSecret),
    names: needed('--certificate-names', flags.certificateNames),
    webhookConfiguration: needed('--webhook-configuration', flags.webhookConfiguration),
    lifetimes,
  };
}
