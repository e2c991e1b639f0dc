import { X509Certificate } from 'node:crypto';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClusterClock } from '../api/clock.ts';
import { complaints } from '../telemetry/complaints.ts';
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
 * Notifications can get lost (network file systems, replaced
 * folders), so lockstep also looks at this interval.
 */
const POLL_MS = 10_000;

/** One change causes several notifications: lockstep reads once there has been none for this long. */
const QUIET_MS = 100;

/**
 * Calls `look` when one of the files may have changed.
 * @returns a function that stops the watch
 */
function watchFiles({ certFile, keyFile }: CertificateFiles, look: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET_MS);
  };
  // It watches the folders and not the files: Kubernetes changes
  // a mounted Secret by swapping a symbolic link beside them.
  const folders = new Set([dirname(certFile), dirname(keyFile)]);
  const watchers = [...folders].map((folder) => watch(folder, lookSoon).on('error', () => undefined));
  const poll = setInterval(look, POLL_MS);
  return () => {
    clearTimeout(timer);
    clearInterval(poll);
    for (const watcher of watchers) watcher.close();
  };
}

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
  let current = await readCertificate(files, clock);
  let closed = false;
  const complain = complaints(events.onError);
  events.onChange(current);

  async function look(): Promise<void> {
    try {
      const pair = await readCertificate(files, clock);
      if (closed) return;
      const early = earlyError(pair, files, clock);
      if (early) throw early;
      if (pair.cert === current.cert && pair.key === current.key) return;
      // If this fails, the one before is still served, and the next look tries again.
      events.onChange(pair);
      current = pair;
    } catch (error) {
      if (!closed) complain.add(error);
    } finally {
      complain.endRound();
    }
  }

  const unwatch = watchFiles(files, () => void look());
  return {
    current: () => current,
    isHealthy: () => isCurrent(current, clock.now()),
    close() {
      closed = true;
      unwatch();
    },
  };
}
