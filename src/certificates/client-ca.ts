import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { notAuthoritiesError, unreadableFileError } from './errors.ts';
import { isCertificate } from './key-pair.ts';
import { watchValue } from './watched.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const certificatesOf = (pem: string): readonly string[] => pem.match(CERTIFICATE) ?? [];

/** The fingerprints of the certificates in a PEM text that holds only valid ones. */
const fingerprintsOf = (pem: string): ReadonlySet<string> =>
  new Set(certificatesOf(pem).map((each) => new X509Certificate(each).fingerprint256));

/** Whether everything that one bundle trusts is trusted by the other one, too. */
export function trustsAllOf(bundle: string, other: string): boolean {
  const trusted = fingerprintsOf(bundle);
  return [...fingerprintsOf(other)].every((each) => trusted.has(each));
}

/**
 * Reads the authorities of client certificates.
 * @throws LockstepError CERTIFICATE_INVALID, which names the file and never quotes it
 */
export async function readClientCa(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadableFileError('clientCaFile', file, cause);
  });
  const certificates = certificatesOf(text);
  const valid = certificates.every((each) => isCertificate(each) && new X509Certificate(each).ca);
  // A truncated block is not found as a certificate. So the beginnings are counted, too.
  const begun = text.split('-----BEGIN').length - 1;
  if (!valid || begun === 0 || certificates.length !== begun) throw notAuthoritiesError(file);
  return certificates.join('\n');
}

/** The authorities of client certificates, from a file that others maintain. */
export interface ClientCa {
  /** PEM. */
  current(): string;
  close(): void;
}

/**
 * Opens the file: it is read now and when it changes, and each change is logged and counted.
 * @param onChange gets each valid content, the first one included
 * @throws LockstepError CERTIFICATE_INVALID if the file is not valid at the start
 */
export function openClientCa(
  file: string,
  { log, metrics, reasonOf }: Telemetry<'countCertificateReload'>,
  onChange: (ca: string) => void,
): Promise<ClientCa> {
  let isFirst = true;
  return watchValue({
    files: [file],
    read: () => readClientCa(file),
    isSame: (a, b) => a === b,
    onChange(ca) {
      onChange(ca);
      if (!isFirst) {
        metrics.countCertificateReload('ok');
        log.info('checking client certificates against new authorities');
      }
      isFirst = false;
    },
    onError(error) {
      metrics.countCertificateReload('error');
      log.error(`new client authorities are invalid (${reasonOf(error)}); still using the previous ones`);
    },
  });
}
