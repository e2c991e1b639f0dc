import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type CertificateFiles, certificateFiles, readCertificate } from '../../src/certificates/files.ts';
import { optionError } from '../../src/commands/settings.ts';
import { pairUntil, server, valid } from '../kit/serving.ts';

/** Reads the certificate, with errors as the program prints them. */
const readFiles = (files: CertificateFiles) =>
  readCertificate(files).catch((error: unknown) => {
    throw optionError(error);
  });

describe('the certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-cert-'));
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  afterEach(() => rmSync(files.certFile, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, key);
  };

  test('is refused with the name of the flag and the file, never a quote of the key', async () => {
    await expect(readFiles(files)).rejects.toThrow(/--tls-cert-file: cannot read/);
    const [one, other, old] = [await valid(), await valid(), await pairUntil(Date.now() - 1000)];
    write({ cert: one.cert, key: other.key });
    await expect(readFiles(files)).rejects.toThrow(/--tls-private-key-file: .*tls.key is not the key of/);
    write(old);
    await expect(readFiles(files)).rejects.toThrow(/expired/);
    write({ cert: one.cert, key: 'nonsense' });
    await expect(readFiles(files)).rejects.toThrow(/tls.key is not valid PEM/);
  });

  test('is taken into use when it has changed and is valid, and only then', async () => {
    const [one, two] = [await valid(), await valid()];
    write(one);
    const taken: string[] = [];
    const errors: unknown[] = [];
    const source = await certificateFiles(files, {
      onChange: (pair) => taken.push(pair.cert),
      onError: (error) => errors.push(error),
    });
    try {
      expect(source.current()).toEqual({ cert: one.cert, key: one.key });
      expect(taken).toEqual([one.cert]);
      expect(source.isHealthy()).toBe(true);
      writeFileSync(files.certFile, two.cert);
      await expect.poll(() => errors.length).toBe(1);
      expect(taken).toEqual([one.cert]);
      expect(source.current()?.cert).toBe(one.cert);
      writeFileSync(files.keyFile, two.key);
      await expect.poll(() => taken).toEqual([one.cert, two.cert]);
      expect(source.current()?.cert).toBe(two.cert);
    } finally {
      source.close();
    }
  });

  test('is healthy until it ends', async () => {
    write(await pairUntil(Date.now() + 2_000));
    const source = await certificateFiles(files, { onChange: () => undefined, onError: () => undefined });
    try {
      expect(source.isHealthy()).toBe(true);
      await expect.poll(() => source.isHealthy()).toBe(false);
    } finally {
      source.close();
    }
  });

  test('is served over TLS 1.2 and 1.3, not 1.1', async () => {
    const { app, listen } = await server();
    const port = await listen();
    const speak = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const options = {
          host: '127.0.0.1',
          port,
          rejectUnauthorized: false,
          minVersion: version,
          maxVersion: version,
        };
        const socket = connect(options, () => {
          resolve(socket.getProtocol());
          socket.destroy();
        }).on('error', () => resolve('refused'));
      });
    expect(await speak('TLSv1.3')).toBe('TLSv1.3');
    expect(await speak('TLSv1.2')).toBe('TLSv1.2');
    expect(await speak('TLSv1.1')).toBe('refused');
    await app.close();
  });
});
