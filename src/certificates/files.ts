import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClusterClock } from '../api/clock.ts';
import {
  expiredError,
  notItsKeyError,
  notPemError,
  notYetValidError,
  unreadableFileError,
} from './errors.ts';
import { endOf, isCertificate, isCurrent, isPair, isPrivateKey, type KeyPair, startOf } from './key-pair.ts';
import type { CertificateEvents, CertificateSource } from './source.ts';
import { isServable } from './tls.ts';
import { watchValue } from './watched.ts';

type Clock = Pick<ClusterClock, 'now'>;

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What is wrong with the pair in these files, apart from the time at which it begins. */
function pairError(
  pair: KeyPair,
  { certFile, keyFile }: CertificateFiles,
  { now }: Clock,
): Error | undefined {
  if (!isCertificate(pair.cert)) return notPemError('certFile', certFile);
  if (!isPrivateKey(pair.key)) return notPemError('keyFile', keyFile);
  if (!isPair(pair)) return notItsKeyError(keyFile, certFile);
  if (endOf(pair.cert) <= now()) return expiredError(certFile, new X509Certificate(pair.cert).validTo);
  return isServable(pair) ? undefined : notPemError('certFile', certFile);
}

/**
 * Reads the pair and checks it: both parts parse, the key belongs
 * to the certificate, and the certificate is not expired.
 * @throws LockstepError CERTIFICATE_INVALID, which names the file and never quotes it
 */
export async function readCertificate(files: CertificateFiles, clock: Clock): Promise<KeyPair> {
  const read = (setting: keyof CertificateFiles) =>
    readFile(files[setting], 'utf8').catch((cause: unknown) => {
      throw unreadableFileError(setting, files[setting], cause);
    });
  const pair = { cert: await read('certFile'), key: await read('keyFile') };
  const error = pairError(pair, files, clock);
  if (error) throw error;
  return pair;
}

/** Undefined: the certificate has begun. */
const earlyError = ({ cert }: KeyPair, { certFile }: CertificateFiles, { now }: Clock): Error | undefined =>
  startOf(cert) > now() ? notYetValidError(certFile, new X509Certificate(cert).validFrom) : undefined;

/**
 * Certificates in files that others maintain: read now, and watched. Only a valid pair replaces the current
 * one. The first pair may begin later, because there is nothing better. It is not healthy until then.
 * @param clock by which certificates begin and end
 * @throws LockstepError CERTIFICATE_INVALID if the first pair is not valid
 */
export async function certificateFiles(
  files: CertificateFiles,
  events: CertificateEvents,
  clock: Clock,
): Promise<CertificateSource> {
  const { current, close } = await watchValue({
    files: [files.certFile, files.keyFile],
    async read(isFirst) {
      const pair = await readCertificate(files, clock);
      const early = isFirst ? undefined : earlyError(pair, files, clock);
      if (early) throw early;
      return pair;
    },
    isSame: (a, b) => a.cert === b.cert && a.key === b.key,
    onChange: (pair) => events.onChange(pair),
    onError: (error) => events.onError(error),
  });
  return { current, isHealthy: () => isCurrent(current(), clock.now()), close };
}
