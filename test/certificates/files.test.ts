import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { type CertificateFiles, certificateFiles, readCertificate } from '../../src/certificates/files.ts';
import { optionError } from '../../src/commands/settings.ts';
import { dial } from '../kit/raw-http.ts';
import { pairUntil, server, valid } from '../kit/serving.ts';

/** Reads the certificate, with errors as the program prints them. */
const readFiles = (files: CertificateFiles) =>
  readCertificate(files, Date).catch((error: unknown) => {
    throw optionError(error);
  });

const SILENT = { onChange: () => undefined, onError: () => undefined };

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
    const source = await certificateFiles(
      files,
      { onChange: (pair) => taken.push(pair.cert), onError: (error) => errors.push(error) },
      Date,
    );
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
    const source = await certificateFiles(files, SILENT, Date);
    try {
      expect(source.isHealthy()).toBe(true);
      await expect.poll(() => source.isHealthy()).toBe(false);
    } finally {
      source.close();
    }
  });

  test('replaces a valid one when it begins, by the clock that is given, and not before', async () => {
    const beginsAt = Date.now() + 3_600_000;
    const times = { notBefore: new Date(beginsAt), notAfter: new Date(beginsAt + 3_600_000) };
    const [one, early] = [
      await valid(),
      await issueCertificates({ names: ['localhost'], addresses: [], ...times }),
    ];
    write(one);
    const [taken, errors]: [string[], unknown[]] = [[], []];
    let now = Date.now();
    const source = await certificateFiles(
      files,
      { onChange: (pair) => taken.push(pair.cert), onError: (error) => errors.push(error) },
      { now: () => now },
    );
    try {
      write(early);
      await expect
        .poll(() => errors.map(String).join())
        .toMatch(/tls.crt is not valid before .*Correct the clock/);
      expect([taken, source.current()?.cert, source.isHealthy()]).toEqual([[one.cert], one.cert, true]);
      now = beginsAt + 1_000;
      write(early);
      await expect.poll(() => taken).toEqual([one.cert, early.cert]);
    } finally {
      source.close();
    }
  });

  test('is served if it is the first, but is not healthy before it begins', async () => {
    const beginsAt = Date.now() + 3_600_000;
    const times = { notBefore: new Date(beginsAt), notAfter: new Date(beginsAt + 3_600_000) };
    const early = await issueCertificates({ names: ['localhost'], addresses: [], ...times });
    write(early);
    let now = Date.now();
    const source = await certificateFiles(files, SILENT, { now: () => now });
    try {
      expect([source.current()?.cert, source.isHealthy()]).toEqual([early.cert, false]);
      now = beginsAt + 1_000;
      expect(source.isHealthy()).toBe(true);
    } finally {
      source.close();
    }
  });

  test('is tried again if it could not be taken into use', async () => {
    const [one, two] = [await valid(), await valid()];
    write(one);
    let attempts = 0;
    const onChange = ({ cert }: { cert: string }) => {
      if (cert !== two.cert) return;
      attempts += 1;
      if (attempts === 1) throw new Error('no');
    };
    const source = await certificateFiles(files, { ...SILENT, onChange }, Date);
    try {
      write(two);
      await expect.poll(() => attempts).toBe(1);
      expect(source.current()?.cert).toBe(one.cert);
      write(two);
      await expect.poll(() => source.current()?.cert).toBe(two.cert);
    } finally {
      source.close();
    }
  });

  test('is served once for each handshake: a client of TLS 1.2 cannot ask for another one', async () => {
    const { app, listen } = await server();
    const socket = await dial(await listen(), { maxVersion: 'TLSv1.2' });
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.on('error', ({ message }) => resolve(message));
    socket.renegotiate({}, () => resolve('renegotiated'));
    expect(await promise).toContain('no renegotiation');
    await app.close();
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
