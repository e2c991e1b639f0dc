import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createAuthority, type IssuedCertificates, issueCertificates } from '../../certs/issue.ts';

const HOUR = 60 * 60 * 1000;
const inAnHour = () => new Date(Date.now() + HOUR);
const local = { names: ['localhost'], addresses: ['127.0.0.1', '::1'] };

describe('issueCertificates', () => {
  test('gives a pair that its authority signed, for exactly the names asked for', async () => {
    const issued = await issueCertificates({ ...local, notAfter: inAnHour() });
    const ca = new X509Certificate(issued.ca);
    const cert = new X509Certificate(issued.cert);

    expect(cert.checkIssued(ca)).toBe(true);
    expect(cert.verify(ca.publicKey)).toBe(true);
    expect(cert.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    expect(cert.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(cert.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('makes an authority that may sign certificates, and a server that may not', async () => {
    const issued = await issueCertificates({ ...local, notAfter: inAnHour() });
    const ca = new X509Certificate(issued.ca);

    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(new X509Certificate(issued.cert).ca).toBe(false);
  });

  test('gives every certificate a serial number of its own', async () => {
    const authority = await createAuthority(inAnHour());
    const pairs = await Promise.all([1, 2].map(() => authority.issue({ ...local, notAfter: inAnHour() })));
    const serials = pairs.map((pair) => new X509Certificate(pair.cert).serialNumber);

    expect(new Set(serials).size).toBe(2);
    for (const serial of serials) expect(serial.length).toBeGreaterThanOrEqual(16);
  });
});

describe('a TLS handshake on loopback', () => {
  test.each(['127.0.0.1', '::1'])('succeeds at %s with the authority trusted', async (host) => {
    const issued = await issueCertificates({ ...local, notAfter: inAnHour() });

    await expect(handshake(issued, { host, ca: issued.ca })).resolves.toBe('authorized');
  });

  test('fails without the authority', async () => {
    const issued = await issueCertificates({ ...local, notAfter: inAnHour() });
    const stranger = await createAuthority(inAnHour());

    await expect(handshake(issued, { host: '127.0.0.1', ca: stranger.ca })).rejects.toThrow(/certificate/);
  });

  test('fails for a name that was not asked for', async () => {
    const issued = await issueCertificates({
      names: ['elsewhere.test'],
      addresses: [],
      notAfter: inAnHour(),
    });

    await expect(handshake(issued, { host: '127.0.0.1', ca: issued.ca })).rejects.toThrow(/altnames/);
  });

  test('fails once the certificate has expired', async () => {
    const issued = await issueCertificates({ ...local, notAfter: new Date(Date.now() - HOUR) });

    await expect(handshake(issued, { host: '127.0.0.1', ca: issued.ca })).rejects.toThrow(/expired/);
  });
});

async function handshake(issued: IssuedCertificates, options: ConnectionOptions): Promise<string> {
  const server = createServer({ cert: issued.cert, key: issued.key }).listen(0, options.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect({ ...options, port: address.port });
  try {
    await once(socket, 'secureConnect');
    return socket.authorized ? 'authorized' : 'refused';
  } finally {
    socket.destroy();
    server.close();
  }
}
