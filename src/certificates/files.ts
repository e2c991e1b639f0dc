import { createPrivateKey, X509Certificate } from 'node:crypto';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { LockstepError, messageOf } from '../errors.ts';
import type { KeyPair } from './key-pair.ts';
import { type CertificateEvents, type CertificateSource, isCurrent } from './source.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Every TLS option, each time: a new secure context does not inherit the old one's. */
export function tlsOptions(pair: KeyPair): SecureContextOptions & { cert: string; key: string } {
  return { ...pair, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true };
}

/**
 * Reads the pair and makes sure that it is one: both parse, the key is the certificate's, and it is not expired.
 * @throws LockstepError CERTIFICATE_INVALID, which names the file and never quotes it
 */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<KeyPair> {
  const read = (flag: string, file: string) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new LockstepError('CERTIFICATE_INVALID', `${flag}: cannot read ${file}: ${messageOf(cause)}`, {
        cause,
      });
    });
  const cert = await read('--tls-cert-file', certFile);
  const key = await read('--tls-private-key-file', keyFile);
  const check = <T>(flag: string, file: string, parse: () => T): T => {
    try {
      return parse();
    } catch (cause) {
      throw new LockstepError('CERTIFICATE_INVALID', `${flag}: ${file} is not valid PEM for this use`, {
        cause,
      });
    }
  };
  const leaf = check('--tls-cert-file', certFile, () => new X509Certificate(cert));
  const privateKey = check('--tls-private-key-file', keyFile, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new LockstepError(
      'CERTIFICATE_INVALID',
      `--tls-private-key-file: ${keyFile} is not the key of ${certFile}`,
    );
  }
  if (leaf.validToDate.getTime() <= Date.now()) {
    throw new LockstepError('CERTIFICATE_INVALID', `--tls-cert-file: ${certFile} expired at ${leaf.validTo}`);
  }
  check('--tls-cert-file', certFile, () => createSecureContext(tlsOptions({ cert, key })));
  return { cert, key };
}

/** Notifications get lost (network file systems, replaced folders): look at this pace in any case. */
const POLL_MS = 10_000;

/** Several notifications come with one change: read once they have settled. */
const SETTLE_MS = 100;

/**
 * Certificates that somebody else looks after, in files: read now, and watched. Only a valid pair ever takes the place of
 * the one before.
 * @throws LockstepError CERTIFICATE_INVALID where there is none to begin with
 */
export async function certificateFiles(
  files: CertificateFiles,
  events: CertificateEvents,
): Promise<CertificateSource> {
  const first = await readCertificate(files);
  let held = first;
  let settling: NodeJS.Timeout | undefined;
  let closed = false;
  let lastError = '';

  async function look(): Promise<void> {
    try {
      const pair = await readCertificate(files);
      lastError = '';
      if (closed || (pair.cert === held.cert && pair.key === held.key)) return;
      held = pair;
      events.changed(pair);
    } catch (error) {
      const message = messageOf(error);
      if (!closed && message !== lastError) events.failed(error);
      lastError = message;
    }
  }

  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(() => void look(), SETTLE_MS);
  };
  // The folders, not the files: a mounted Secret is changed by swapping a symbolic link beside them.
  const folders = new Set([dirname(files.certFile), dirname(files.keyFile)]);
  const watchers = [...folders].map((folder) => watch(folder, soon).on('error', () => undefined));
  const poll = setInterval(() => void look(), POLL_MS);
  return {
    first: () => Promise.resolve(first),
    healthy: () => isCurrent(held),
    close() {
      closed = true;
      clearTimeout(settling);
      clearInterval(poll);
      for (const watcher of watchers) watcher.close();
    },
  };
}
