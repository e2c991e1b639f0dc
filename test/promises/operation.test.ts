import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { webhookClientFiles } from '../../lab/control-plane/webhook-client.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { clientAuthority } from '../kit/clients.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, forKinds, SCALED_KINDS } from '../kit/kinds.ts';
import { exchange } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

/** The fingerprint of the certificate that a port of this machine serves. */
function fingerprintAt(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
    resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
    socket.destroy();
  }).once('error', reject);
  return promise;
}

describe('a running lockstep', () => {
  test('uses a renewed certificate without a restart, while reviews go on', async () => {
    const renewed = new X509Certificate(await lockstep().renewCertificate()).fingerprint256;
    await eventually(async () => (await fingerprintAt(lockstep().port)) === renewed, {
      what: 'the new certificate',
    });
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });

  test('serves readiness and metrics for the kubelet and Prometheus', async () => {
    const { adminPort } = lockstep().program();
    for (const path of ['healthz', 'readyz', 'metrics']) {
      expect((await fetch(`http://127.0.0.1:${adminPort}/${path}`)).status).toBe(200);
    }
  });

  test('acts on namespaces and workloads labelled enabled if the cluster’s default is disabled', async () => {
    await lockstep().restart(['--inject-default', 'disabled']);
    await lockstep().apply({ 'inject.default': 'disabled' });
    try {
      const enabled = { 'lockstep.dev/inject': 'enabled' };
      await forKinds(async (kind) => {
        const none = await lockstep().sandbox({}, kind);
        expectSilence(await none.apply(configMap({ a: '1' }), kind.web()));
        expect((await none.marks()).hash).toBeUndefined();
        const namespace = await lockstep().sandbox(enabled, kind);
        await namespace.apply(configMap({ a: '1' }), kind.web());
        expect((await namespace.marks()).hash).toMatch(/^v1-/);
        const workload = await lockstep().sandbox({}, kind);
        await workload.apply(configMap({ a: '1' }), kind.web({ labels: enabled }));
        await workload.untilRolledOut();
        await workload.editConfig({ a: '2' });
        expectWarning(await scale(workload, 3), rolls(workload));
      });
    } finally {
      await lockstep().restart();
      await lockstep().register();
    }
  });
});

describeKinds(
  'a running lockstep',
  (kind) => {
    test('adds decision and reason to the audit log', async () => {
      const box = await lockstep().sandbox({}, kind);
      await box.apply(configMap({ a: '1' }), kind.web());
      await box.editConfig({ a: '2' });
      await box.kubectl(['scale', box.subject, '--replicas=3']);
      const { hash } = await box.marks();
      await eventually(
        async () => {
          const text = JSON.stringify(
            (await auditEvents(lockstep().cluster)).filter((event) =>
              JSON.stringify(event).includes(box.namespace),
            ),
          );
          expect(text).toContain('"template.lockstep.dev/reason":"created"');
          expect(text).toContain(`"scale.lockstep.dev/config-hash":"${hash}"`);
        },
        { what: 'audit annotations' },
      );
    });

    test('logs one line for each decision that writes, without values', async ({ expect }) => {
      const box = await lockstep().sandbox({}, kind);
      await box.apply(configMap({ a: 'quite-a-secret' }), kind.web());
      const linesWith = (text: string) =>
        lockstep()
          .program()
          .lines.filter((line) => line.includes(box.namespace) && line.includes(text));
      // A line may arrive later than the answer.
      await expect.poll(() => linesWith('"info"')).toHaveLength(1);
      const mine = linesWith('"info"');
      expect(JSON.parse(mine[0] ?? '')).toMatchObject({
        subject: box.subject,
        msg: `marked ${box.subject}: it was created`,
        decision: 'write',
        reason: 'created',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        user: expect.stringContaining('admin'),
      });
      // A scale says who asked, although lockstep itself patches the workload. So does the ceiling.
      await box.editConfig({ a: 'another' });
      await box.kubectl(['scale', box.subject, '--replicas=3', '--as=jane', '--as-group=system:masters']);
      await expect
        .poll(() => linesWith(`"rolled ${box.subject}`).map((line): unknown => JSON.parse(line)))
        .toEqual([expect.objectContaining({ webhook: 'scale', user: 'jane', decision: 'write' })]);
      expect(lockstep().program().lines.join()).not.toContain('quite-a-secret');
    });
  },
  SCALED_KINDS,
);

describe('with client certificates', () => {
  const review = http(JSON.stringify(CREATE));

  /** Whether the API server's call is answered with a mark. */
  async function isChecked(): Promise<boolean> {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    return (await box.marks()).hash !== undefined;
  }

  test('the real API server is answered and nobody else, over a renewal and a change of authorities', async () => {
    const { ca, cert, key } = webhookClientFiles(lockstep().cluster.dir);
    const clientCaFile = join(lockstep().folder, 'client-ca.crt');
    const ours = await readFile(ca, 'utf8');
    const apiServer = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
    await writeFile(clientCaFile, ours);
    const { port } = lockstep();
    const expectOnlyTheApiServer = async () => {
      expect(await isChecked()).toBe(true);
      expect(await exchange(port, review)).toMatchObject({ status: 403 });
      expect(await exchange(port, review, false, apiServer)).toMatchObject({ status: 200 });
    };
    const program = await lockstep().restart([
      ...['--client-ca-file', clientCaFile, '--client-names', 'another,kube-apiserver'],
    ]);
    try {
      await expectOnlyTheApiServer();
      const renewed = new X509Certificate(await lockstep().renewCertificate()).fingerprint256;
      await eventually(async () => (await fingerprintAt(port)) === renewed, { what: 'the new certificate' });
      await expectOnlyTheApiServer();

      // Its call fails, as if lockstep were away, over the connections that are open, too. The user sees why.
      await lockstep().apply({ 'webhook.failurePolicy': 'Fail' });
      await writeFile(clientCaFile, (await clientAuthority()).ca);
      const box = await lockstep().sandbox();
      const create = ['-n', box.namespace, 'create', '--dry-run=server', '-f', '-'];
      const input = JSON.stringify(web());
      const refusal = async () => (await lockstep().cluster.kubectl(create, { input })).stderr;
      await eventually(async () => (await refusal()).includes('only the API server may call'));
      const refused = { code: 'CLIENT_UNTRUSTED' };
      expect(await program.metric('lockstep_requests_refused_total', refused)).toBeGreaterThan(2);
      await writeFile(clientCaFile, 'broken');
      await eventually(async () => program.lines.join().includes('still using the previous ones'));

      await writeFile(clientCaFile, ours);
      await eventually(isChecked, { what: 'full service' });
      await expectOnlyTheApiServer();
    } finally {
      await lockstep().restart();
      await lockstep().register();
    }
  });
});

describe('a Deployment as large as etcd takes it, made of markup', () => {
  // The API server's JSON has six bytes for each of these, so that its review has 7.5 MiB, and the one of an
  // update 15.
  const markup = '<>&'.repeat((1.25 * 1024 * 1024) / 3);
  const page = {
    containers: [
      {
        name: 'web',
        image: 'web:1',
        envFrom: [{ configMapRef: { name: 'app' } }],
        env: [{ name: 'PAGE', value: markup }],
      },
    ],
  };

  test('is checked when it is created and when it is changed', async () => {
    const box = await lockstep().sandbox();
    const { api } = lockstep().cluster;
    const path = `/apis/apps/v1/namespaces/${box.namespace}/deployments`;
    await box.apply(configMap({ a: '1' }));
    const body = web({ replicas: 0, podSpec: page });
    await (await api.open(path, { method: 'POST', body })).dump();
    const created = await box.marks();
    expect(created.hash).toMatch(/^v1-/);
    await box.editConfig({ a: '2' });
    const patch = { metadata: { annotations: { note: '1' } } };
    const contentType = 'application/merge-patch+json';
    await (await api.open(`${path}/web`, { method: 'PATCH', body: patch, contentType })).dump();
    const changed = await box.marks();
    expect(changed.hash).toMatch(/^v1-/);
    expect(changed.hash).not.toBe(created.hash);
  });
});
