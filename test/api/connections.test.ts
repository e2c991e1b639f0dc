import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Authority, createAuthority } from '../../certs/issue.ts';
import { type Connections, connections } from '../../src/api/connections.ts';
import type { Credentials } from '../../src/api/credentials.ts';
import { connectProxy, socksProxy } from '../kit/proxies.ts';

// An API server with a certificate for one name, which no resolver knows.
const NAME = 'kubernetes.example';
let authority: Authority;
let server: Server;
let ca = '';
let port = 0;
let lines: Connections;

beforeAll(async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  authority = await createAuthority(notAfter);
  ca = authority.ca;
  const pair = await authority.issue({ names: [NAME], addresses: [], notAfter });
  server = createServer(pair, (request, response) => {
    response.end(JSON.stringify(`${request.method} ${request.url} ${request.headers.host}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  lines = connections();
});
afterEach(() => lines.close());

const ask = ({ tls, ...more }: Partial<Credentials>) =>
  lines.send(
    { server: `https://${NAME}:${port}`, headers: {}, proxy: undefined, ...more, tls: { ca, ...tls } },
    { method: 'GET', path: '/version', headers: {}, body: null, signal: AbortSignal.timeout(20_000) },
  );
const answer = { status: 200, body: `GET /version ${NAME}:PORT` };
const answered = () => ({ ...answer, body: answer.body.replace('PORT', String(port)) });

test('tls-server-name: the certificate is checked against that name, not against the server’s', async () => {
  const here = { server: `https://127.0.0.1:${port}` };
  await expect(ask(here)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(await ask({ ...here, tls: { servername: NAME } })).toMatchObject({ status: 200 });
  await expect(ask({ ...here, tls: { servername: 'other.example' } })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('a server behind a path is reached under that path', async () => {
  const behind = { server: `https://127.0.0.1:${port}/k8s/clusters/c-1`, tls: { servername: NAME } };
  expect(await ask(behind)).toMatchObject({ body: `GET /k8s/clusters/c-1/version 127.0.0.1:${port}` });
});

test('an HTTP proxy is used by CONNECT, with its password, and TLS to the API server goes through it', async () => {
  await using proxy = await connectProxy();
  expect(await ask({ proxy: `http://u:p%40@127.0.0.1:${proxy.port}` })).toMatchObject(answered());
  expect(proxy.targets).toEqual([`${NAME}:${port}`]);
  expect(proxy.logins).toEqual([`Basic ${Buffer.from('u:p@').toString('base64')}`]);
});

test('an HTTPS proxy is trusted by the cluster’s authority, as in kubectl, and only under its own name', async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  const pair = await authority.issue({ names: ['localhost'], addresses: [], notAfter });
  await using proxy = await connectProxy({ pair });
  expect(await ask({ proxy: `https://localhost:${proxy.port}` })).toMatchObject(answered());
  expect(proxy.targets).toEqual([`${NAME}:${port}`]);
  await expect(ask({ proxy: `https://127.0.0.1:${proxy.port}` })).rejects.toThrow();
  expect(proxy.targets).toHaveLength(1);
});

test('an HTTP proxy keeps its connections, and tls-server-name applies through it, too', async () => {
  await using proxy = await connectProxy();
  const through = { server: `https://127.0.0.1:${port}`, proxy: `http://127.0.0.1:${proxy.port}` };
  await expect(ask(through)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  const askOften = async () => {
    for (let i = 0; i < 3; i += 1)
      expect(await ask({ ...through, tls: { servername: NAME } })).toMatchObject({ status: 200 });
    return proxy.targets.length;
  };
  // undici opens a second connection if the first one is not quite idle yet.
  const opened = await askOften();
  expect(await askOften()).toBe(opened);
});

test('a proxy that refuses, and one that does not exist, are errors', async () => {
  await using proxy = await connectProxy({ status: 403 });
  await expect(ask({ proxy: `http://127.0.0.1:${proxy.port}` })).rejects.toThrow('Proxy response (403)');
  await expect(ask({ proxy: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a SOCKS proxy looks up the name, with and without a password', async () => {
  await using proxy = await socksProxy();
  expect(await ask({ proxy: `socks5://127.0.0.1:${proxy.port}` })).toMatchObject(answered());
  expect(await ask({ proxy: `socks5://u:p%40@127.0.0.1:${proxy.port}` })).toMatchObject(answered());
  expect(proxy.targets).toEqual([`${NAME}:${port}`, `${NAME}:${port}`]);
  expect(proxy.logins).toEqual(['u:p@']);
  await expect(ask({ proxy: 'socks5://127.0.0.1:1' })).rejects.toThrow();
});

test('a certificate that cannot be used fails its own call only, and does no harm later', async () => {
  const here = { server: `https://127.0.0.1:${port}`, tls: { servername: NAME } };
  expect(await ask(here)).toMatchObject({ status: 200 });
  const aborted = new AbortController();
  const invalid = { ...here, headers: {}, proxy: undefined, tls: { ca, cert: 'no', key: 'no' } };
  const request = {
    method: 'GET',
    path: '/version',
    headers: {},
    body: null,
    signal: aborted.signal,
  } as const;
  await expect(lines.send(invalid, request)).rejects.toMatchObject({ code: 'ERR_OSSL_PEM_NO_START_LINE' });
  // If its request still waited, it would fail now, unnoticed, and that ends a program.
  aborted.abort();
  expect(await ask(here)).toMatchObject({ status: 200 });
});
