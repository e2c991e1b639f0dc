import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuthority } from '../../certs/issue.ts';
import { unlessAborted } from '../../src/abort.ts';
import type { CredentialSource, Credentials } from '../../src/api/credentials.ts';
import { type PodStreams, podStreams } from '../../src/api/pod-streams.ts';
import { connectProxy, socksProxy } from '../kit/proxies.ts';

// What goes over the way: credentials, proxies, limits. Real kubelets are asked in test/nodes/doctor.test.ts.
const NAME = 'kubernetes.example';
let server: Server;
let ca = '';
let port = 0;
let streams: PodStreams;
let calls: string[];
let asked: IncomingMessage[];
let refreshed: number;
let credentials: Credentials;
let respond: (socket: Duplex, request: IncomingMessage) => void;

const accept = (socket: Duplex, { headers }: IncomingMessage) => {
  const key = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const protocol = headers['sec-websocket-protocol'];
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  lines.push(`Sec-WebSocket-Accept: ${key}`, `Sec-WebSocket-Protocol: ${protocol}`, '', '');
  socket.write(lines.join('\r\n'));
};
/** A message of the server: not masked, and of less than 64 KiB. */
const frame = (opcode: number, data: Buffer): Buffer => {
  const length = Buffer.from([0x80 | opcode, 126, data.length >> 8, data.length & 0xff]);
  return Buffer.concat([data.length < 126 ? Buffer.from([0x80 | opcode, data.length]) : length, data]);
};
const say = (socket: Duplex, channel: number, text: string) =>
  socket.write(frame(2, Buffer.concat([Buffer.from([channel]), Buffer.from(text)])));
const end = (socket: Duplex) => {
  say(socket, 3, '{"status":"Success"}');
  socket.end(frame(8, Buffer.from([0x03, 0xe8])));
};
const refuse = (status: number) => (socket: Duplex) =>
  socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`);
const ok = (socket: Duplex, request: IncomingMessage) => {
  accept(socket, request);
  say(socket, 1, 'a=1');
  say(socket, 2, 'note');
  say(socket, 1, '\0');
  end(socket);
};

beforeAll(async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  const authority = await createAuthority(notAfter);
  ca = authority.ca;
  server = createServer(await authority.issue({ names: [NAME], addresses: [], notAfter }));
  server.on('request', (request, response) => {
    asked.push(request);
    response.end('first\nlast\n');
  });
  server.on('upgrade', (request, socket) => {
    asked.push(request);
    socket.on('error', () => undefined);
    respond(socket, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

beforeEach(() => {
  [calls, asked, refreshed, respond] = [[], [], 0, ok];
  credentials = {
    server: `https://127.0.0.1:${port}/behind`,
    tls: { ca, servername: NAME },
    headers: { authorization: 'Bearer one', 'impersonate-user': 'joe', 'impersonate-group': ['a', 'b'] },
    proxy: undefined,
  };
  const source: CredentialSource = {
    current: async () => credentials,
    refresh: () => {
      refreshed += 1;
    },
  };
  const metrics = {
    observeApiCall: ({ verb, resource, outcome }: Record<'verb' | 'resource' | 'outcome', string>) =>
      void calls.push(`${verb} ${resource} ${outcome}`),
  };
  streams = podStreams({ source, metrics, observeDate: () => undefined });
});
afterEach(() => streams.close());

const exec = (more: object = {}) =>
  streams.exec({
    ...{ namespace: 'shop', pod: 'web-1', container: 'web', command: ['cat', '/a b&c'] },
    ...{ mostBytes: 1000, signal: AbortSignal.timeout(10_000), ...more },
  });

test('a program runs, by the protocol and the credentials of kubectl', async () => {
  expect(await exec()).toEqual({ kind: 'ended', exitCode: 0, stdout: Buffer.from('a=1\0'), stderr: 'note' });
  const [request] = asked;
  expect(request?.url).toBe(
    '/behind/api/v1/namespaces/shop/pods/web-1/exec?container=web&command=cat&command=%2Fa+b%26c&stdout=true&stderr=true',
  );
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer one',
    'impersonate-user': 'joe',
    'sec-websocket-protocol': 'v5.channel.k8s.io',
  });
  const groups = (request?.rawHeaders ?? []).flatMap((name, i, all) =>
    name.toLowerCase() === 'impersonate-group' ? all[i + 1] : [],
  );
  // One header with both would name a group that nobody is in.
  expect(groups).toEqual(['a', 'b']);
  expect(calls).toEqual(['exec pods 101']);
});

test('it goes through proxies, to a server that the cluster’s authority has signed', async () => {
  await using http = await connectProxy();
  credentials = { ...credentials, proxy: `http://127.0.0.1:${http.port}` };
  expect(await exec()).toMatchObject({ kind: 'ended' });
  await using socks = await socksProxy();
  credentials = { ...credentials, proxy: `socks5://127.0.0.1:${socks.port}` };
  expect(await exec()).toMatchObject({ kind: 'ended' });
  credentials = { ...credentials, proxy: undefined, tls: { servername: NAME } };
  await expect(exec()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  expect(asked).toHaveLength(2);
});

test('credentials that are no longer accepted are read again, once', async () => {
  respond = (socket, request) => (refreshed === 0 ? refuse(401)(socket) : ok(socket, request));
  expect(await exec()).toMatchObject({ kind: 'ended' });
  expect(calls).toEqual(['exec pods 401', 'exec pods 101']);
  respond = refuse(401);
  expect(await exec()).toEqual({ kind: 'refused', status: 401 });
  expect(refreshed).toBe(2);
});

test.each([403, 404, 500])('%d is an answer', async (status) => {
  respond = refuse(status);
  expect(await exec()).toEqual({ kind: 'refused', status });
});

test('a program that prints too much, says nothing, or is cut off', async () => {
  respond = (socket, request) => {
    accept(socket, request);
    for (let i = 0; i < 3; i += 1) say(socket, 1, 'x'.repeat(500));
  };
  expect(await exec()).toEqual({ kind: 'too-large' });
  const closed = Promise.withResolvers<void>();
  respond = (socket, request) => {
    accept(socket, request);
    socket.on('close', closed.resolve).resume();
  };
  await expect(exec({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  // The connection of a program that goes on is not kept.
  await unlessAborted(closed.promise, AbortSignal.timeout(1_000));
  respond = (socket, request) => {
    accept(socket, request);
    say(socket, 1, 'half');
    socket.destroy();
  };
  await expect(exec()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
});

test('the last lines of a log are text', async () => {
  const place = { namespace: 'shop', pod: 'web-1', container: 'web' };
  const logs = (mostBytes: number) =>
    streams.logs({ ...place, previous: true, lines: 10, mostBytes, signal: AbortSignal.timeout(10_000) });
  expect(await logs(1000)).toEqual({ kind: 'found', text: 'first\nlast\n' });
  expect(await logs(5)).toEqual({ kind: 'found', text: 'first' });
  expect(asked[0]?.url).toBe(
    '/behind/api/v1/namespaces/shop/pods/web-1/log?container=web&previous=true&tailLines=10&limitBytes=1000',
  );
  expect(calls).toEqual(['get pods/log 200', 'get pods/log 200']);
});
