import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Authority } from '../../certs/issue.ts';
import type { Caller } from '../../src/assessments/caller.ts';
import type { FrontProxy } from '../../src/assessments/front-proxy.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import { type AssessServerDeps, assessServer } from '../../src/server/assess-server.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { clientAuthority, clientPair, forgedPair } from '../kit/clients.ts';
import { type Answer, answerOn, type Dialled, dial, exchange, whenClosed } from '../kit/raw-http.ts';
import { reviewDeps } from '../kit/reviews.ts';
import { valid } from '../kit/serving.ts';

const headers = {
  user: ['x-remote-user'],
  uid: ['x-remote-uid'],
  group: ['x-remote-group'],
  extraPrefixes: ['x-remote-extra-'],
};

let authority: Authority;
let apiServer: KeyPair;
beforeAll(async () => {
  authority = await clientAuthority();
  apiServer = await clientPair(authority, { name: 'front-proxy-client' });
});

const opened: { close(): PromiseLike<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

const ALL = { 'x-remote-user': 'alice' };
const FOLDER = '/apis/assess.lockstep.dev/v1alpha1';
const WEB = `${FOLDER}/namespaces/shop/deployments/web/assessment`;

const get = (path: string, of: Readonly<Record<string, string>> = ALL, method = 'GET'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: a',
    ...Object.entries(of).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** The server in this process. `asked` has those whose rights were asked for. */
async function start(proxy: Partial<FrontProxy> = {}, overrides: Partial<AssessServerDeps> = {}) {
  const asked: Caller[] = [];
  const deps: AssessServerDeps = {
    ...reviewDeps().deps,
    access: {
      async mayGet(caller) {
        asked.push(caller);
        return false;
      },
    },
    deadlineMs: 5_000,
    telemetry: {
      log: createLog('silent', { write: () => undefined }),
      metrics: createMetrics(),
      reasonOf: String,
    },
    ...overrides,
  };
  const found = { ca: authority.ca, names: ['front-proxy-client'], headers, ...proxy };
  const pair = await valid();
  const server = assessServer(deps, { pair, proxy: found, now: Date.now });
  opened.push(server.app);
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const address = server.app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const send = (text: string, how: Dialled = apiServer): Promise<Answer> => exchange(port, text, false, how);
  return { ...server, asked, pair, port, found, send };
}

describe('who may say who asks', () => {
  test('is the front proxy, and rights are asked for in the name that it gives', async () => {
    const { send, asked } = await start();
    const answer = await send(get(WEB, { ...ALL, 'x-remote-group': 'a, b', 'X-Remote-Extra-Scope': '1' }));
    expect(answer).toMatchObject({ status: 403 });
    expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 });
    expect(asked).toEqual([{ user: 'alice', uid: undefined, groups: ['a, b'], extra: { scope: ['1'] } }]);
  });

  test.each<[string, (ours: Authority) => Promise<Dialled>]>([
    ['nobody without a certificate', async () => ({})],
    [
      'nobody with one of another authority',
      async () => clientPair(await clientAuthority(), { name: 'front-proxy-client' }),
    ],
    ['nobody with one of an authority that has the same name', forgedPair],
    ['nobody with one for another name', (ours) => clientPair(ours, { name: 'kubelet' })],
    [
      'nobody with one that has expired',
      (ours) => clientPair(ours, { name: 'front-proxy-client', notAfter: new Date(Date.now() - 60_000) }),
    ],
    ['nobody with a server’s', (ours) => clientPair(ours, { name: 'front-proxy-client', purpose: 'server' })],
  ])('is %s', async (_, pairOf) => {
    const { send, asked } = await start();
    for (const path of [WEB, FOLDER, '/apis']) {
      const { status, body } = await send(get(path), await pairOf(authority));
      expect(status).toBe(403);
      expect(body).toContain('PROXY_UNTRUSTED');
    }
    expect(asked).toEqual([]);
  });

  test('is anybody of the authority only if the API server names nobody', async () => {
    const { send } = await start({ names: [] });
    const other = await clientPair(authority, { name: 'kubelet' });
    expect(await send(get(FOLDER), other)).toMatchObject({ status: 200 });
    expect(await send(get(FOLDER), await clientPair(await clientAuthority()))).toMatchObject({ status: 403 });
  });

  test('changes with the authorities and the names that the API server publishes, also on open connections', async () => {
    const { renew, pair, found, send, port } = await start();
    const open = await dial(port, apiServer);
    const first = answerOn(open);
    open.write(get(FOLDER));
    expect(await first).toMatchObject({ status: 200 });
    const closed = whenClosed(open);
    renew(pair, { ...found, names: ['another'] });
    await closed;
    expect(await send(get(FOLDER))).toMatchObject({ status: 403 });
    const next = await clientAuthority();
    renew(pair, { ...found, ca: next.ca });
    expect(await send(get(FOLDER))).toMatchObject({ status: 403 });
    expect(await send(get(FOLDER), await clientPair(next, { name: 'front-proxy-client' }))).toMatchObject({
      status: 200,
    });
  });
});

describe('a question', () => {
  test.each([
    ['without a user', get(WEB, {}), 401],
    ['about a kind that lockstep does not know', get(`${FOLDER}/namespaces/shop/secrets/db/assessment`), 404],
    [
      'about a namespace that none can be',
      get(`${FOLDER}/namespaces/..%2f..%2fapi/deployments/web/assessment`),
      404,
    ],
    ['about a name that none can be', get(`${FOLDER}/namespaces/shop/deployments/..%2fx/assessment`), 404],
    ['about an operation that nobody may ask about', get(`${WEB}?operation=create`), 400],
    ['that is asked twice', get(`${WEB}?operation=scale&operation=edit`), 400],
    ['by POST', get(WEB, { ...ALL, 'content-length': '0' }, 'POST'), 404],
    ['with a body', get(WEB, { ...ALL, 'content-length': '7' }), 400],
    ['to a path of the webhook', get('/admission/scale'), 404],
  ])('%s gets a refusal, and nobody’s rights are asked for', async (_, text, status) => {
    const { send, asked } = await start();
    expect((await send(text)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  test('may come from a user in hundreds of groups', async () => {
    const { send, asked } = await start();
    const groups = Array.from(
      { length: 600 },
      (_, i) => `x-remote-group: cn=group-${i},ou=engineering,dc=example,dc=com`,
    );
    const text = get(WEB).replace('host: a', ['host: a', ...groups].join('\r\n'));
    expect(await send(text)).toMatchObject({ status: 403 });
    expect(asked[0]?.groups).toHaveLength(600);
  });

  test('that takes too long is answered in time', async () => {
    const never = () => new Promise<never>(() => undefined);
    const { send } = await start({}, { deadlineMs: 50, access: { mayGet: never } });
    const answer = await send(get(WEB));
    expect(JSON.parse(answer.body)).toMatchObject({ reason: 'Timeout', code: 504 });
  });
});
