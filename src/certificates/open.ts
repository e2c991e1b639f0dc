import type { Telemetry } from '../telemetry/telemetry.ts';
import type { CertificateConfig } from './config.ts';
import { certificateFiles } from './files.ts';
import { endOf, type KeyPair } from './key-pair.ts';
import type { CertificateObjects } from './ports.ts';
import { selfManaged } from './self-managed.ts';
import type { CertificateEvents, CertificateSource } from './source.ts';

type SelfManagedConfig = Extract<CertificateConfig, { kind: 'self-managed' }>;

export interface CertificateDeps {
  /** The objects in the cluster that the configuration names. */
  readonly objectsOf: (config: SelfManagedConfig) => CertificateObjects;
  readonly telemetry: Telemetry<'certificateReload' | 'certificateStep' | 'certificateEnds'>;
}

/** Events, logged and counted on their way. */
function observeEvents(
  { log, metrics, reasonOf }: CertificateDeps['telemetry'],
  kind: CertificateConfig['kind'],
  onChange: (pair: KeyPair) => void,
): CertificateEvents {
  let isFirst = true;
  return {
    onChange(pair) {
      onChange(pair);
      metrics.certificateEnds(endOf(pair.cert));
      if (!isFirst) {
        metrics.certificateReload('ok');
        log.info('serving a new certificate');
      }
      isFirst = false;
    },
    onError(error) {
      metrics.certificateReload('error');
      const reason = reasonOf(error);
      log.error(
        kind === 'files'
          ? `new certificate is invalid (${reason}); still serving the previous one`
          : `could not maintain the serving certificate: ${reason}`,
      );
    },
  };
}

/**
 * The serving certificate from where the configuration says, logged and counted.
 * @param onChange told of each pair, the first one included
 * @throws LockstepError CERTIFICATE_INVALID if files are not valid from the start
 */
export async function openCertificates(
  config: CertificateConfig,
  { objectsOf, telemetry }: CertificateDeps,
  onChange: (pair: KeyPair) => void,
): Promise<CertificateSource> {
  const events = observeEvents(telemetry, config.kind, onChange);
  if (config.kind === 'files') return certificateFiles(config, events);
  const { names, lifetimes } = config;
  return selfManaged({ ...objectsOf(config), names, lifetimes, telemetry }, events);
}
