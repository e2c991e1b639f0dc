import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUES = { 'metrics.tls.enabled': 'true', 'metrics.authentication.enabled': 'true' };
const lockstep = useLockstep({
  register: false,
  flags: ['--admin-tls', 'on', '--metrics-auth', 'on'],
  values: VALUES,
});

let dispatcher: Agent;
beforeAll(async () => {
  const ca = await readFile(join(lockstep().folder, 'ca.crt'), 'utf8');
  dispatcher = new Agent({ connect: { ca } });
});
afterAll(() => dispatcher.close());

async function get(path: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const url = `https://127.0.0.1:${lockstep().program().adminPort}${path}`;
  const { statusCode, body } = await request(url, { dispatcher, headers });
  return { status: statusCode, text: await body.text() };
}

/** The token of a new ServiceAccount, which may read the metrics or not. */
async function tokenOf(name: string, mayScrape: boolean): Promise<string> {
  const { cluster } = lockstep();
  const { namespace, kubectl } = await lockstep().sandbox();
  await kubectl(['create', 'serviceaccount', name]);
  if (mayScrape)
    await cluster.kubectlOk([
      'create',
      'clusterrolebinding',
      `${namespace}-scraper`,
      '--clusterrole=lockstep-metrics',
      `--serviceaccount=${namespace}:${name}`,
    ]);
  return (await kubectl(['create', 'token', name])).stdout.trim();
}

describe('Metrics behind the API server’s authentication', () => {
  test('are for those who may get them, over TLS, and probes are for everybody', async () => {
    const [allowed, stranger] = await Promise.all([tokenOf('scraper', true), tokenOf('stranger', false)]);
    const granted = await eventually(
      async () => {
        const answer = await get('/metrics', allowed);
        return answer.status === 200 && answer;
      },
      { what: 'the right to scrape' },
    );
    expect(granted.text).toContain('lockstep_build_info{');
    expect(await get('/metrics', stranger)).toMatchObject({
      status: 403,
      text: expect.stringMatching(/^system:serviceaccount:.*:stranger may not read the metrics/),
    });
    expect(await get('/metrics')).toMatchObject({ status: 401 });
    for (const garbage of ['garbage', `${allowed}x`, allowed.slice(0, -9)])
      expect(await get('/metrics', garbage)).toMatchObject({ status: 401 });
    for (const path of ['/livez', '/healthz', '/readyz']) expect((await get(path)).status).toBe(200);
    const log = lockstep().program().lines.join('\n');
    for (const token of [allowed, stranger]) expect(log).not.toContain(token.slice(-40));
  });

  test('have a renewed certificate without a restart', async () => {
    const renewed = new X509Certificate(await lockstep().renewCertificate()).fingerprint256;
    await eventually(
      () => {
        const { promise, resolve, reject } = Promise.withResolvers<boolean>();
        const { adminPort: port } = lockstep().program();
        const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.fingerprint256 === renewed);
          socket.destroy();
        }).once('error', reject);
        return promise;
      },
      { what: 'the new certificate' },
    );
  });
});
