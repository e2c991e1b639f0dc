import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import { describeNames, hasNameOf } from '../../src/certificates/client-names.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function certificateOf(
  name: string,
  alternatives: x509.JsonGeneralNames = [],
): Promise<X509Certificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const extensions = alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : [];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    { name, keys, signingAlgorithm: ALGORITHM, extensions },
    webcrypto,
  );
  return new X509Certificate(certificate.toString('pem'));
}

const NAMES = ['other', 'kube-apiserver'];
const dns = (value: string) => ({ type: 'dns', value }) as const;

test.each<[string, string, x509.JsonGeneralNames]>([
  ['as its common name', 'CN=kube-apiserver, O=system:masters', []],
  ['as a DNS name', 'O=x', [dns('a.example'), dns('KUBE-apiserver')]],
  ['as its common name beside other DNS names', 'CN=kube-apiserver', [dns('a.example')]],
])('a certificate may call if it has a name %s', async (_what, subject, alternatives) => {
  expect(hasNameOf(await certificateOf(subject, alternatives), NAMES)).toBe(true);
});

test.each<[string, string, x509.JsonGeneralNames]>([
  ['in another part of the subject', 'O=kube-apiserver, OU=kube-apiserver', []],
  ['in another case', 'CN=Kube-APIServer', []],
  ['as a DNS name beside another common name', 'CN=jane', [dns('kube-apiserver')]],
  ['within a longer one', 'CN="x, CN=kube-apiserver"', [dns('kube-apiserver.example')]],
  ['as one of several common names', 'CN=node-1, CN=kube-apiserver', []],
  ['as one of several common names, in front', 'CN=kube-apiserver, CN=node-1', []],
  [
    'as a name of another type',
    'CN=a',
    [
      { type: 'email', value: 'kube-apiserver' },
      { type: 'url', value: 'https://kube-apiserver' },
    ],
  ],
  ['by a wildcard only', 'CN=*', [dns('*.example')]],
  ['with a NUL behind it', 'CN=kube-apiserver\0.example', [dns('kube-apiserver\0.example')]],
])('a certificate may not call if it has the name %s', async (_what, subject, alternatives) => {
  expect(hasNameOf(await certificateOf(subject, alternatives), [...NAMES, 'a.example'])).toBe(false);
});

test('a name that begins with a dot means no other names', async () => {
  expect(hasNameOf(await certificateOf('CN=x', [dns('a.example')]), ['.example'])).toBe(false);
});

test('its names are described for a message', async () => {
  expect(describeNames(await certificateOf('CN=node-1', [dns('a.example')]))).toBe('node-1, DNS:a.example');
  expect(describeNames(await certificateOf('O=x'))).toBe('no common name');
});
