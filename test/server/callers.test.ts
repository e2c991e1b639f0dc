import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Authority } from '../../certs/issue.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type ClientOptions, clientAuthority, clientPair, forgedPair } from '../kit/clients.ts';
import { answerOn, type Dialled, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { READING, server, valid } from '../kit/serving.ts';

const good = http(JSON.stringify(CREATE));
const names = ['kube-apiserver', 'other'];
const codeOf = (body: string) => JSON.parse(body).code;
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);

let authority: Authority;
let apiServer: KeyPair;
beforeAll(async () => {
  authority = await clientAuthority();
  apiServer = await clientPair(authority);
});

const opened: { close(): PromiseLike<unknown> }[] = [];
afterAll(() => Promise.all(opened.splice(0).map((app) => app.close())));

async function startServer(overrides: Parameters<typeof server>[0] = {}) {
  const pair = await valid();
  const started = await server({
    identity: { pair, clients: { ca: authority.ca, names, now: Date.now } },
    ...overrides,
  });
  opened.push(started.app);
  return { ...started, pair, port: await started.listen() };
}

/** Sends a whole request over an open connection. */
function ask(socket: TLSSocket) {
  const answer = answerOn(socket);
  socket.write(good);
  return answer;
}

describe('with client certificates', () => {
  test('the API server is answered, over TLS 1.2 and 1.3, and again over the same connection', async () => {
    const { port } = await startServer();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await dial(port, { ...apiServer, maxVersion });
      expect(await ask(socket)).toMatchObject({ status: 200 });
      socket.removeAllListeners('data');
      expect(await ask(socket)).toMatchObject({ status: 200 });
      socket.destroy();
    }
  });

  test.each<[string, (ours: Authority) => Promise<Dialled>, string]>([
    ['without one', async () => ({}), 'has shown no certificate'],
    ['one of another authority', async () => clientPair(await clientAuthority()), 'is not valid: '],
    ['one of an authority that has the same name', forgedPair, 'is not valid: '],
    [
      'one for another name',
      (ours) => clientPair(ours, { name: 'node-1' }),
      'is for node-1, DNS:node-1, which may not',
    ],
    [
      'one that has expired',
      (ours) => clientPair(ours, { notAfter: past }),
      'is not valid: CERT_HAS_EXPIRED',
    ],
    [
      'one that is not valid yet',
      (ours) => clientPair(ours, { notBefore: future }),
      'is not valid: CERT_NOT_YET_VALID',
    ],
    [
      'the one of a server that has the right name',
      (ours) => clientPair(ours, { purpose: 'server' } satisfies ClientOptions),
      'is not valid: INVALID_PURPOSE',
    ],
  ])('a client is refused %s, and told why', async (_what, client, why) => {
    const metrics = createMetrics();
    const { port, lines } = await startServer({ metrics });
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await dial(port, { ...(await client(authority)), maxVersion });
      const closed = whenClosed(socket);
      const { status, headers, body } = await ask(socket);
      expect([status, codeOf(body), headers['connection']]).toEqual([403, 'CLIENT_UNTRUSTED', 'close']);
      expect(JSON.parse(body).message).toContain(why);
      expect(JSON.parse(body).message).toContain('--client-ca-file');
      await closed;
    }
    expect(lines.filter((line) => line.includes('CLIENT_UNTRUSTED'))).toHaveLength(2);
    expect(await metrics.registry.metrics()).toContain('refused_total{code="CLIENT_UNTRUSTED"} 2');
  });

  test('a client that is not trusted is refused before it has sent a byte of its body', async () => {
    const { port } = await startServer();
    const length = 7 * 1024 * 1024;
    const head = ['host: l', 'content-type: application/json', `content-length: ${length}`];
    for (const more of [[], ['expect: 100-continue']]) {
      const answer = await exchange(port, http('', { head: [...head, ...more] }));
      expect([answer.status, codeOf(answer.body)]).toEqual([403, 'CLIENT_UNTRUSTED']);
      expect(answer.text).not.toContain('100 Continue');
    }
  });

  test('a client that is not trusted learns nothing about paths and methods', async () => {
    const { port } = await startServer();
    for (const how of [{ target: '/nowhere' }, { method: 'GET' }]) {
      expect(await exchange(port, http('', how))).toMatchObject({ status: 403 });
    }
  });

  test('no TLS session is resumed, so a client has to show its certificate each time', async () => {
    const { port } = await startServer();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = await dial(port, { ...apiServer, maxVersion });
      const sessions: Buffer[] = [];
      first.on('session', (session: Buffer) => sessions.push(session));
      expect(await ask(first)).toMatchObject({ status: 200 });
      const session = sessions.at(-1) ?? first.getSession();
      first.destroy();
      if (!session) continue;
      const again = await dial(port, { session, maxVersion });
      expect(again.isSessionReused()).toBe(false);
      expect(await ask(again)).toMatchObject({ status: 403 });
      again.destroy();
    }
  });

  test('a certificate that expires while its connection is open is refused from then on', async () => {
    const { port } = await startServer();
    // The times in a certificate have steps of a second.
    const until = Math.ceil(Date.now() / 1000) * 1000 + 1000;
    const socket = await dial(port, await clientPair(authority, { notAfter: new Date(until) }));
    expect(await ask(socket)).toMatchObject({ status: 200 });
    await expect.poll(() => Date.now() > until).toBe(true);
    socket.removeAllListeners('data');
    const { status, body } = await ask(socket);
    expect([status, JSON.parse(body).message]).toEqual([403, expect.stringContaining('has expired')]);
  });

  test('a renewed serving certificate does not stop the check of clients', async () => {
    const { port, renew } = await startServer();
    const renewed = await valid();
    renew(renewed, authority.ca);
    const socket = await dial(port, apiServer);
    expect(socket.getPeerX509Certificate()?.toString()).toBe(renewed.cert);
    expect(await ask(socket)).toMatchObject({ status: 200 });
    socket.destroy();
    expect(await exchange(port, good)).toMatchObject({ status: 403 });
  });
});

describe('when the authorities of clients change', () => {
  test('open connections stay as long as their authority does', async () => {
    const { port, pair, renew } = await startServer();
    const next = await clientAuthority();
    const socket = await dial(port, apiServer);
    expect(await ask(socket)).toMatchObject({ status: 200 });
    renew(pair, `${next.ca}\n${authority.ca}`);
    socket.removeAllListeners('data');
    expect(await ask(socket)).toMatchObject({ status: 200 });
    socket.destroy();
    expect(await exchange(port, good, false, await clientPair(next))).toMatchObject({ status: 200 });
    expect(await exchange(port, good, false, apiServer)).toMatchObject({ status: 200 });
  });

  test('connections under an authority that is gone close, and their clients are refused', async () => {
    const { port, pair, renew } = await startServer();
    const next = await clientAuthority();
    const used = await dial(port, apiServer);
    expect(await ask(used)).toMatchObject({ status: 200 });
    const unused = await dial(port, apiServer);
    const closed = [used, unused].map(whenClosed);
    renew(pair, next.ca);
    await Promise.all(closed);
    expect(await exchange(port, good, false, apiServer)).toMatchObject({ status: 403 });
    expect(await exchange(port, good, false, await clientPair(next))).toMatchObject({ status: 200 });
  });

  test('a review in progress is answered, and its connection carries no other one', async () => {
    let begun = 0;
    const reading = Promise.withResolvers<SourceReading>();
    const digest = () => {
      begun += 1;
      return reading.promise;
    };
    const { port, pair, renew } = await startServer({ digest, deadlineMs: 10_000 });
    const socket = await dial(port, apiServer);
    const answer = ask(socket);
    await expect.poll(() => begun).toBe(1);
    renew(pair, (await clientAuthority()).ca);
    reading.resolve(READING);
    expect(await answer).toMatchObject({ status: 200 });
    socket.removeAllListeners('data');
    expect((await ask(socket)).status).not.toBe(200);
    socket.destroy();
  });

  test('a handshake that began before the change does not count', async () => {
    const { port, pair, renew, app } = await startServer();
    const next = await clientAuthority();
    app.server.once('connection', () => renew(pair, next.ca));
    const dialling = exchange(port, good, false, apiServer);
    expect((await dialling.catch(() => ({ status: 0 }))).status).not.toBe(200);
  });
});
