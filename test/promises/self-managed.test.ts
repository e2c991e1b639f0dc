import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { untilCalled } from '../../lab/lockstep/lockstep.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { LOCKSTEP_USER } from '../../lab/lockstep/policies.ts';
import { exchange } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { attempt, patch } from './policy-acts.ts';
import { underLoad } from './renewal-load.ts';
import { handshake, readyStatus, type SelfManaged, selfManagedReplicas, untilReady } from './self-managed.ts';

/** Short, so that a test sees many of them. A certificate's times have steps of a second. */
const SHORT = ['--certificate-lifetime', '9s', '--ca-lifetime', '18s'];
const LONG = ['--certificate-lifetime', '24h', '--ca-lifetime', '48h'];

/** As in the chart, but shorter: a handshake that began before calls went elsewhere can end. */
const DRAINS = ['--drain-delay', '3s'];

let managed: SelfManaged;
afterEach(() => managed.stop());

const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/lockstep';
const SECRET = '/api/v1/namespaces/lockstep/secrets/lockstep-certificates';
/** Changes of the two objects that lockstep fills in. */
const BEYOND_CERTIFICATES = [
  patch(CONFIGURATION, { webhooks: [] }),
  patch(CONFIGURATION, { metadata: { labels: { a: '1' } } }),
  {
    ...patch(CONFIGURATION, [{ op: 'replace', path: '/webhooks/0/clientConfig/url', value: 'https://evil' }]),
    contentType: 'application/json-patch+json',
  },
  {
    ...patch(CONFIGURATION, [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]),
    contentType: 'application/json-patch+json',
  },
  patch(SECRET, { immutable: true }),
  patch(SECRET, { metadata: { annotations: { a: '1' } } }),
];

const first = async (): Promise<string> => (await managed.caBundles())[0] ?? '';

describe('two replicas that start at once, with an empty Secret', () => {
  test('agree on one authority, register it, and are then ready', async () => {
    managed = await selfManagedReplicas(LONG);
    const replicas = await Promise.all([managed.startReplica(), managed.startReplica()]);
    await Promise.all(replicas.map(untilReady));
    expect(await managed.steps('start')).toBe(1);
    const { 'ca.crt': ca = '' } = await managed.secret();
    expect(new Set(await managed.caBundles())).toEqual(new Set([ca]));
    for (const { port } of replicas) expect(await handshake(port, ca)).toBe('ok');
    const { lockstep } = managed;
    const box = await lockstep.sandbox();
    await box.apply(configMap({ a: '1' }));
    await untilCalled(lockstep.cluster, box);
    expect(replicas.flatMap(({ lines }) => lines).join()).not.toContain('BEGIN');
    // All of that was done under the chart's policies. Whoever has lockstep's token can do no more.
    for (const act of BEYOND_CERTIFICATES) {
      expect(await attempt(lockstep.cluster, LOCKSTEP_USER, act)).toMatch(
        /lockstep’s account changes nothing of/,
      );
    }
  });
});

const API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.assess.lockstep.dev';

describe('a replica that people may ask', () => {
  test('is ready without an APIService and without the right to one, and keeps its caBundle once it is there', async () => {
    managed = await selfManagedReplicas(SHORT);
    const { lockstep } = managed;
    const { cluster } = lockstep;
    const replica = await managed.startReplica(['--assess', 'on', '--assess-port', '0']);
    await untilReady(replica);
    expect(replica.lines.join()).toContain('apiservices: lockstep lacks that right');

    await lockstep.apply({
      ...{ 'webhook.url': `https://localhost:${lockstep.port}`, 'webhook.caBundle': '', onError: 'deny' },
      ...{ 'assess.enabled': 'true', 'assess.externalName': 'localhost' },
    });
    try {
      const trusted = async () => {
        const found: unknown = await cluster.api.get(API_SERVICE);
        const caBundle: unknown = Reflect.get(Object(Reflect.get(Object(found), 'spec')), 'caBundle');
        return typeof caBundle === 'string' && Buffer.from(caBundle, 'base64').toString().includes('BEGIN');
      };
      await eventually(trusted, { what: 'an APIService that trusts lockstep' });
      // So does whoever has lockstep's token, and he can do no more.
      const refusal = (body: object) => attempt(cluster, LOCKSTEP_USER, patch(API_SERVICE, body));
      const POLICY = /lockstep’s account changes nothing of its APIService/;
      // The API server looks for new policies once a second. Until then it changes, each time to something else.
      let count = 0;
      const isInForce = async () => {
        count += 1;
        return POLICY.test(await refusal({ metadata: { labels: { a: String(count) } } }));
      };
      await eventually(isInForce, { what: 'the policy in force' });
      expect(await refusal({ spec: { service: { port: 1 } } })).toMatch(POLICY);
      expect(await refusal({ spec: { insecureSkipTLSVerify: true, caBundle: null } })).toMatch(POLICY);
    } finally {
      await cluster.api.send(API_SERVICE, { method: 'DELETE' });
    }
  });
});

describe('ten renewals under load, two replicas, one of them replaced in the middle', () => {
  test('Invariant 5, never in the way: no call fails, and no client gets an untrusted certificate', async () => {
    managed = await selfManagedReplicas(SHORT);
    const replicas = await Promise.all([managed.startReplica(DRAINS), managed.startReplica(DRAINS)]);
    await Promise.all(replicas.map(untilReady));
    const { lockstep } = managed;
    const box = await lockstep.sandbox();
    await box.apply(configMap({ a: '1' }));
    await untilCalled(lockstep.cluster, box);
    const load = underLoad(lockstep.cluster, box.namespace, managed);
    try {
      const renewals = async () => (await managed.steps('renew')) + (await managed.steps('promote'));
      await eventually(async () => (await renewals()) >= 5, { what: 'five renewals', timeoutMs: 60_000 });
      const [victim] = replicas;
      if (victim) await managed.stopReplica(victim, 'SIGTERM');
      const before = await renewals();
      await untilReady(await managed.startReplica(DRAINS));
      const seen = async () =>
        (await renewals()) >= before + 6 && load.calls() >= 100 && load.handshakes() >= 100;
      await eventually(seen, { what: 'six more renewals, with calls all the while', timeoutMs: 120_000 });
      expect(await managed.steps('retire')).toBeGreaterThanOrEqual(1);
    } finally {
      await load.stop();
    }
    expect(load.failures).toEqual([]);
    // The renewed certificates go on with the check of clients. The API server's calls passed it.
    for (const port of managed.ports()) {
      expect(await exchange(port, http(JSON.stringify(CREATE)))).toMatchObject({ status: 403 });
    }
  }, 240_000);
});

describe('a certificate that is removed', () => {
  beforeEach(async () => {
    managed = await selfManagedReplicas(LONG);
    await untilReady(await managed.startReplica());
  });

  test('from the caBundles is filled in again', async () => {
    const before = await first();
    await managed.emptyCaBundles();
    await eventually(async () => (await first()) === before, { what: 'the caBundle' });
    expect(new Set(await managed.caBundles()).size).toBe(1);
  });

  test('from the Secret is restored by a replica that knows it, without an effect on calls', async () => {
    const before = await managed.secret();
    await managed.emptySecret();
    await eventually(async () => (await managed.secret())['tls.crt'] !== undefined, { what: 'the Secret' });
    expect(await managed.secret()).toEqual(before);
    expect(await managed.caBundles()).toContain(before['ca.crt']);
  });

  test('and comes back broken is replaced, with a log line that quotes nothing', async () => {
    const [replica] = managed.replicas;
    if (!replica) throw new Error('no replica');
    await managed.stopReplica(replica, 'SIGKILL');
    const data = { 'tls.crt': Buffer.from('a-broken-secret').toString('base64') };
    await managed.patchSecret(data);
    const fresh = await managed.startReplica();
    await untilReady(fresh);
    const log = fresh.lines.join('\n');
    expect(log).toContain(
      'the Secret is invalid (tls.crt and tls.key are no certificate with its key); replacing its contents',
    );
    expect(log).not.toContain('a-broken-secret');
    expect(await handshake(fresh.port, await first())).toBe('ok');
  });
});

test('without a registration lockstep is ready, and is trusted soon after the registration', async () => {
  managed = await selfManagedReplicas(LONG);
  await managed.lockstep.unregister();
  const replica = await managed.startReplica();
  await untilReady(replica);
  expect(await managed.steps('trust')).toBe(0);
  await managed.register();
  await eventually(async () => (await handshake(replica.port, await first())) === 'ok', {
    what: 'a caBundle for the new registration',
  });
  expect(await managed.steps('start')).toBe(1);
});

test('without its Secret lockstep is alive but not ready and says what is missing, until the Secret exists', async () => {
  managed = await selfManagedReplicas(LONG);
  const { cluster } = managed.lockstep;
  await cluster.kubectlOk(['-n', 'lockstep', 'delete', 'secret', 'lockstep-certificates']);
  const admin = await freePort();
  const starting = managed.startReplica(['--admin-port', String(admin)]);
  await eventually(async () => (await fetch(`http://127.0.0.1:${admin}/healthz`)).ok, {
    what: 'a program that lives',
  });
  expect(await readyStatus(admin)).toBe(503);
  await cluster.kubectlOk(['-n', 'lockstep', 'create', 'secret', 'generic', 'lockstep-certificates']);
  const replica = await starting;
  await untilReady(replica);
  expect(replica.lines.join('\n')).toContain('there is no Secret lockstep/lockstep-certificates');
});
