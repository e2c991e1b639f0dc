import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type IssuedCertificates, issueCertificates } from './issue.ts';

/** Where a set of development certificates stands. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What `writeCertificates` did. */
export type Outcome = 'written' | 'kept';

const NAMES = ['localhost'];
const ADDRESSES = ['127.0.0.1', '::1'];
const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 365 * DAY;
/** A set this close to its end is replaced, so that it does not expire in the middle of a day's work. */
const MARGIN = 7 * DAY;

/** The names of the files of a set in `dir`. */
export const certificateFiles = (dir: string): CertificateFiles => ({
  ca: join(dir, 'ca.crt'),
  cert: join(dir, 'tls.crt'),
  key: join(dir, 'tls.key'),
});

/**
 * Writes a development set into `dir` (one year, for
 * localhost, 127.0.0.1 and ::1), unless a valid one exists.
 * @param options.force writes a new set in any case
 */
export async function writeCertificates(dir: string, options: { force: boolean }): Promise<Outcome> {
  const files = certificateFiles(dir);
  if (!options.force && (await isSound(files))) return 'kept';
  const notAfter = new Date(Date.now() + LIFETIME);
  const issued = await issueCertificates({ names: NAMES, addresses: ADDRESSES, notAfter });
  await mkdir(dir, { recursive: true });
  await replace(files.key, issued.key, 0o600);
  await replace(files.cert, issued.cert, 0o644);
  await replace(files.ca, issued.ca, 0o644);
  return 'written';
}

/** Replaces a file at once, so that a server that watches it never reads half of it. */
async function replace(path: string, content: string, mode: number): Promise<void> {
  const next = `${path}.next`;
  await writeFile(next, content, { mode });
  await chmod(next, mode);
  await rename(next, path);
}

async function isSound(files: CertificateFiles): Promise<boolean> {
  try {
    const [ca, cert, key] = await Promise.all([
      readFile(files.ca, 'utf8'),
      readFile(files.cert, 'utf8'),
      readFile(files.key, 'utf8'),
    ]);
    return isSoundSet({ ca, cert, key }, new Date(Date.now() + MARGIN));
  } catch {
    // A missing, unreadable or invalid file: a new set mends each.
    return false;
  }
}

function isSoundSet(set: IssuedCertificates, validAt: Date): boolean {
  const ca = new X509Certificate(set.ca);
  const cert = new X509Certificate(set.cert);
  return (
    cert.checkIssued(ca) &&
    cert.verify(ca.publicKey) &&
    cert.checkPrivateKey(createPrivateKey(set.key)) &&
    [ca, cert].every((each) => each.validFromDate <= new Date() && each.validToDate >= validAt) &&
    NAMES.every((name) => cert.checkHost(name) !== undefined) &&
    ADDRESSES.every((address) => cert.checkIP(address) !== undefined)
  );
}
