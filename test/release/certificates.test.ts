import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../release/bundle.ts';

const ADVANCE = fileURLToPath(new URL('../../src/certificates/advance.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-bundled-certificates-'));

/** Prints a first authority and leaf. */
const START = `
  const { advance } = await import(process.argv[1]);
  const lifetimes = { authority: 7_200_000, leaf: 3_600_000 };
  const facts = { names: ['lockstep.lockstep.svc'], now: Date.now(), lifetimes };
  console.log(JSON.stringify(await advance(undefined, 'start', facts)));
`;

beforeAll(() => bundle(folder, ADVANCE));
afterAll(() => rmSync(folder, { recursive: true }));

test('the bundle makes certificates: its parts load each other, in the right order', () => {
  const args = ['--input-type=module', '-e', START, join(folder, 'advance.js')];
  const { authority, leaf } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const certificate = new X509Certificate(leaf.cert);
  expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  expect(certificate.subjectAltName).toBe('DNS:lockstep.lockstep.svc');
});

test('the code that signs them is in a file of its own, which is loaded on demand', () => {
  const holders = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .filter((name) => readFileSync(join(folder, name), 'utf8').includes('X509CertificateGenerator'));
  expect(holders).toEqual(['x509.js']);
  expect(readFileSync(join(folder, 'advance.js'), 'utf8')).toMatch(/import\(.\.\/x509\.js.\)/);
});
