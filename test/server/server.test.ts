import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import type { SourceReading, Sources } from '../../src/cluster/sources.ts';
import type { Workloads } from '../../src/cluster/workloads.ts';
import { formatsWith } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { readCertificate, watchCertificate } from '../../src/server/certificate.ts';
import { type WebhookDeps, webhookServer } from '../../src/server/webhook-server.ts';
import { deployment } from '../deployments.ts';

const pairUntil = (notAfter: number) =>
  issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter: new Date(notAfter) });
const valid = () => pairUntil(Date.now() + 3_600_000);

const reading: SourceReading = { digest: 'ab'.repeat(32), malformedIgnore: undefined };

const refused: Sources['digest'] = () =>
  Promise.reject(new LockstepError('API_REFUSED', 'the API server answered 403'));
const never = () => new Promise<never>(() => undefined);

async function server(overrides: Partial<WebhookDeps> & { digest?: Sources['digest'] } = {}) {
  const { digest = () => Promise.resolve(reading), ...rest } = overrides;
  const workloads: Workloads = {
    deployment: never,
    patchDeployment: never,
    currentReplicaSetCreated: () => Promise.resolve(undefined),
    namespaceLabels: () => Promise.resolve({}),
  };
  const sources: Sources = { digest, times: () => Promise.resolve(undefined) };
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const deps: WebhookDeps = {
    sources,
    workloads,
    injectDefault: 'enabled',
    defaults: { secrets: false, ignore: [], rollOn: OPERATIONS },
    formats: formatsWith(),
    onError: 'allow',
    deadlineMs: 100,
    ceiling: true,
    metrics: createMetrics(),
    log,
    ...rest,
  };
  const app = webhookServer(deps, await valid());
  const post = (url: string, payload: unknown, type = 'application/json') =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': type },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  return { app, post, lines };
}

const review = (request: object) => ({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
const create = review({ uid: 'u1', namespace: 'n', operation: 'CREATE', object: deployment({}) });

describe('a review', () => {
  test('is answered with its uid and a patch', async () => {
    const { post } = await server();
    const answer = (await post('/admission/template?timeout=5s', create)).json();
    expect(answer.response).toMatchObject({ uid: 'u1', allowed: true, patchType: 'JSONPatch' });
    const patch = JSON.parse(Buffer.from(answer.response.patch, 'base64').toString());
    expect(patch).toEqual([
      {
        op: 'add',
        path: '/spec/template/metadata/annotations',
        value: {
          'lockstep.dev/config-hash': expect.stringMatching(/^v1-[0-9a-f]{64}$/),
          'lockstep.dev/config-sources': '{"configmap/app":"abababababababab"}',
        },
      },
    ]);
    expect(answer.response.auditAnnotations).toMatchObject({ decision: 'write', reason: 'created' });
  });

  test.each<[string, Sources['digest'], string]>([
    [
      'that meets an error is allowed, with the reason',
      refused,
      'deployment/web was not checked: the API server answered 403',
    ],
    [
      'that takes too long is allowed inside its deadline',
      never,
      'deployment/web was not checked: the API server did not answer within 100 ms',
    ],
    [
      'that meets a bug is allowed and tells no internals',
      () => Promise.reject(new TypeError('x of undefined')),
      'deployment/web was not checked: an error inside lockstep, see its log',
    ],
  ])('%s', async (_name, digest, warning) => {
    const { post } = await server({ digest });
    const { response } = (await post('/admission/template', create)).json();
    expect(response).toMatchObject({ uid: 'u1', allowed: true, warnings: [`lockstep: ${warning}`] });
    expect(response.patch).toBeUndefined();
  });

  test.each([
    ['no JSON', '{"a":', 400],
    ['no review', {}, 400],
    ['another version', { ...create, apiVersion: 'admission.k8s.io/v1beta1' }, 400],
    ['no uid', review({ namespace: 'n', operation: 'CREATE', object: deployment({}) }), 400],
    [
      'a string where a number belongs',
      review({
        uid: 'u',
        namespace: 'n',
        operation: 'CREATE',
        object: { ...deployment({}), spec: { replicas: '2', template: {} } },
      }),
      400,
    ],
    ['too large', `"${'x'.repeat(8 * 1024 * 1024)}"`, 413],
  ])('that cannot be read gets a status, a code and no stack: %s', async (_name, payload, status) => {
    const { post } = await server();
    const answer = await post('/admission/template', payload);
    expect(answer.statusCode).toBe(status);
    expect(Object.keys(answer.json())).toEqual(['code', 'message']);
    expect(answer.body).not.toContain('    at ');
  });
});

test('a server that drains answers what it has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const digest = Promise.withResolvers<SourceReading>();
  const { app } = await server({
    deadlineMs: 5000,
    digest: () => {
      begun.resolve();
      return digest.promise;
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  const answer = request(`https://127.0.0.1:${port}/admission/template`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(create),
    dispatcher: agent,
  });
  await begun.promise;
  const closed = app.close();
  digest.resolve(reading);
  const { statusCode, body } = await answer;
  expect([statusCode, await body.text()]).toEqual([200, expect.stringContaining('"uid":"u1"')]);
  await closed;
  await agent.close();
});

test('an unexpected error is logged by kind and place, without what it quotes', async () => {
  const { post, lines } = await server({ digest: async () => JSON.parse('s3cret') });
  await post('/admission/template', create);
  expect(lines.join()).toContain('SyntaxError');
  expect(lines.join()).not.toContain('s3cret');
});

describe('the certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-cert-'));
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  afterEach(() => rmSync(files.certFile, { force: true }));
  const write = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, key);
  };

  test('is refused with the name of the flag and the file, never a quote of the key', async () => {
    await expect(readCertificate(files)).rejects.toThrow(/--tls-cert-file: cannot read/);
    const [one, other, old] = [await valid(), await valid(), await pairUntil(Date.now() - 1000)];
    write({ cert: one.cert, key: other.key });
    await expect(readCertificate(files)).rejects.toThrow(
      /--tls-private-key-file: .*tls.key is not the key of/,
    );
    write(old);
    await expect(readCertificate(files)).rejects.toThrow(/expired/);
    write({ cert: one.cert, key: 'nonsense' });
    await expect(readCertificate(files)).rejects.toThrow(/tls.key is not valid PEM/);
  });

  test('is taken into use when it has changed and is valid, and only then', async () => {
    const [one, two] = [await valid(), await valid()];
    write(one);
    const taken: string[] = [];
    const errors: unknown[] = [];
    const watching = watchCertificate(
      files,
      one,
      (pair) => taken.push(pair.cert),
      (error) => errors.push(error),
    );
    try {
      writeFileSync(files.certFile, two.cert);
      await expect.poll(() => errors.length).toBe(1);
      expect(taken).toEqual([]);
      writeFileSync(files.keyFile, two.key);
      await expect.poll(() => taken, { timeout: 5000 }).toEqual([two.cert]);
    } finally {
      watching.close();
    }
  });

  test('is served over TLS 1.2 and 1.3, not 1.1', async () => {
    const { app } = await server();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
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
