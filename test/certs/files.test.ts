import { mkdtempDisposable, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificateFiles, writeCertificates } from '../../certs/files.ts';
import { issueCertificates } from '../../certs/issue.ts';

const DAY = 24 * 60 * 60 * 1000;
const emptyFolder = () => mkdtempDisposable(join(tmpdir(), 'lockstep-certs-'));

test('a set is written once, and kept while it is valid', async () => {
  await using folder = await emptyFolder();
  const files = certificateFiles(folder.path);

  expect(await writeCertificates(folder.path, { force: false })).toBe('written');
  const first = await readFile(files.cert, 'utf8');
  expect(await writeCertificates(folder.path, { force: false })).toBe('kept');
  expect(await readFile(files.cert, 'utf8')).toBe(first);

  expect(await writeCertificates(folder.path, { force: true })).toBe('written');
  expect(await readFile(files.cert, 'utf8')).not.toBe(first);
});

test('only the owner can read the key, even where an older file was open to all', async () => {
  await using folder = await emptyFolder();
  const { key } = certificateFiles(folder.path);
  await writeFile(key, 'left over', { mode: 0o644 });

  await writeCertificates(folder.path, { force: false });

  expect((await stat(key)).mode & 0o777).toBe(0o600);
});

test('a set that expires within a week is replaced', async () => {
  await using folder = await emptyFolder();
  const files = certificateFiles(folder.path);
  const notAfter = new Date(Date.now() + 3 * DAY);
  const issued = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1', '::1'], notAfter });
  await Promise.all([
    writeFile(files.ca, issued.ca),
    writeFile(files.cert, issued.cert),
    writeFile(files.key, issued.key),
  ]);

  expect(await writeCertificates(folder.path, { force: false })).toBe('written');
});

test.each(['ca', 'cert', 'key'] as const)('a set with a missing or broken %s is replaced', async (part) => {
  await using folder = await emptyFolder();
  const path = certificateFiles(folder.path)[part];
  await writeCertificates(folder.path, { force: false });

  await writeFile(path, 'garbled');
  expect(await writeCertificates(folder.path, { force: false })).toBe('written');
  await rm(path);
  expect(await writeCertificates(folder.path, { force: false })).toBe('written');
});
