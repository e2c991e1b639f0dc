import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
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

  test('adds decision and reason to the audit log', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    await box.editConfig({ a: '2' });
    await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
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

  test('logs one line for each decision that writes, without values', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: 'quite-a-secret' }), web());
    const mine = lockstep()
      .program()
      .lines.filter((line) => line.includes(box.namespace) && line.includes('"info"'));
    expect(mine).toHaveLength(1);
    expect(JSON.parse(mine[0] ?? '')).toMatchObject({
      subject: 'deployment/web',
      msg: 'marked deployment/web: it was created',
      decision: 'write',
      reason: 'created',
    });
    expect(lockstep().program().lines.join()).not.toContain('quite-a-secret');
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
      const none = await lockstep().sandbox();
      expectSilence(await none.apply(configMap({ a: '1' }), web()));
      expect((await none.marks()).hash).toBeUndefined();
      const namespace = await lockstep().sandbox(enabled);
      await namespace.apply(configMap({ a: '1' }), web());
      expect((await namespace.marks()).hash).toMatch(/^v1-/);
      const workload = await lockstep().sandbox();
      await workload.apply(configMap({ a: '1' }), web({ labels: enabled }));
      await workload.editConfig({ a: '2' });
      const scaled = await workload.kubectl(['scale', 'deployment/web', '--replicas=3']);
      expectWarning(scaled, WEB_ROLLS);
    } finally {
      await lockstep().restart();
      await lockstep().register();
    }
  });
});
