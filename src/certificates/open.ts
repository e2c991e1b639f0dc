import type { ClusterClock } from '../api/clock.ts';
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
  /** The clock by which certificates begin and end: the API server's, because it checks them. */
  readonly clock: ClusterClock;
  readonly telemetry: Telemetry<'countCertificateReload' | 'countCertificateStep' | 'setCertificateEnd'>;
}

/** Logs and counts the events of a source. */
function observeEvents(
  { log, metrics, reasonOf }: CertificateDeps['telemetry'],
  kind: CertificateConfig['kind'],
  onChange: (pair: KeyPair) => void,
): CertificateEvents {
  let isFirst = true;
  return {
    onChange(pair) {
      onChange(pair);
      metrics.setCertificateEnd(endOf(pair.cert));
      if (!isFirst) {
        metrics.countCertificateReload('ok');
        log.info('serving a new certificate');
      }
      isFirst = false;
    },
    onError(error) {
      metrics.countCertificateReload('error');
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
 * Opens the source of the serving certificate that the configuration names, and logs and counts its events.
 * @param onChange gets each pair, the first one included
 * @throws LockstepError CERTIFICATE_INVALID if the files are not valid at the start
 */
export async function openCertificates(
  config: CertificateConfig,
  { objectsOf, clock, telemetry }: CertificateDeps,
  onChange: (pair: KeyPair) => void,
): Promise<CertificateSource> {
  const events = observeEvents(telemetry, config.kind, onChange);
  if (config.kind === 'files') return certificateFiles(config, events, clock);
  const { names, lifetimes } = config;
  return selfManaged({ ...objectsOf(config), names, lifetimes, clock, telemetry }, events);
}
