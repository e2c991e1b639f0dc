import type { ApiClient } from '../api/client.ts';
import { certificateSecret } from '../cluster/certificate-secret.ts';
import { registration } from '../cluster/registration.ts';
import type { CertificateConfig } from '../config/certificates.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { certificateFiles } from './files.ts';
import { endOf, type KeyPair } from './key-pair.ts';
import { selfManaged } from './self-managed.ts';
import type { CertificateEvents, CertificateSource } from './source.ts';

interface Telling {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * The serving certificate from where the configuration says, logged and counted.
 * @param take told of each pair after the first
 * @throws LockstepError CERTIFICATE_INVALID where files are wrong from the start
 */
export async function openCertificates(
  config: CertificateConfig,
  client: ApiClient,
  { log, metrics }: Telling,
  take: (pair: KeyPair) => void,
): Promise<CertificateSource> {
  const events: CertificateEvents = {
    changed(pair) {
      take(pair);
      metrics.certificateReload('ok');
      metrics.certificateEnds(endOf(pair.cert));
      log.info('certificate reloaded');
    },
    failed(error) {
      metrics.certificateReload('error');
      log.error({ err: messageOf(error) }, 'certificate not as it should be, what is served stays in use');
    },
  };
  if (config.kind === 'files') return certificateFiles(config, events);
  const { names, lifetimes } = config;
  const deps = {
    secret: certificateSecret(client, config.secret),
    registration: registration(client, config.webhookConfiguration),
    names,
    lifetimes,
    log,
    observe: metrics.certificateStep,
  };
  return selfManaged(deps, events);
}
