import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { type Lockstep, setUp } from '../../lab/lockstep/lockstep.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { LOCKSTEP_USER } from '../../lab/lockstep/policies.ts';
import type { Program } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { exchange } from '../kit/raw-http.ts';
import { CREATE, http } from '../kit/review-requests.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { attempt, patch } from './policy-acts.ts';
import { underLoad } from './renewal-load.ts';
import { handshake, type SelfManaged, selfManagedReplicas, withoutCaBundle } from './self-managed.ts';

/** Short, so that a test sees many of them. A certificate's times have steps of a second. */
const SHORT = ['--certificate-lifetime', '9s', '--ca-lifetime', '18s'];
const LONG = ['--certificate-lifetime', '24h', '--ca-lifetime', '48h'];

/** As in the chart, but shorter: a handshake that began before calls went elsewhere can end. */
const DRAINS = ['--drain-delay', '3s'];

let lockstep: Lockstep;
let folder = '';
let managed: SelfManaged;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  lockstep = await setUp(useCluster(), folder);
});
beforeEach(async () => {
  // The API server refuses a call if lockstep cannot be called, or is not trusted: nothing fails in silence.
  await lockstep.apply({ ...withoutCaBundle(lockstep), onError: 'deny' });
});
afterEach(async () => {
  await managed.stop();
  await lockstep.unregister();
  await lockstep.cluster.kubectlOk(['-n', 'lockstep', 'delete', 'secret', 'lockstep-certificates']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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

const isReady = async ({ adminPort }: Program): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status === 200;
const ready = (replica: Program) => eventually(() => isReady(replica), { what: 'a replica that is ready' });

const first = async (): Promise<string> => (await managed.caBundles())[0] ?? '';

/**
 * A dry run of a create, which lockstep must have marked.
 * @returns what went wrong
 */
async function tryCreate(box: Sandbox): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await lockstep.cluster.kubectl(
    ['-n', box.namespace, 'create', '--dry-run=server', '-o', 'yaml', '-f', '-'],
    { input: JSON.stringify(web()) },
  );
  if (exitCode !== 0) return stderr;
  return stdout.includes('lockstep.dev/config-hash') ? undefined : 'not marked';
}

describe('two replicas that start at once, with an empty Secret', () => {
  test('agree on one authority, register it, and are then ready', async () => {
    managed = await selfManagedReplicas(lockstep, LONG);
    const replicas = await Promise.all([managed.startReplica(), managed.startReplica()]);
    await Promise.all(replicas.map(ready));
    expect(await managed.steps('start')).toBe(1);
    const { 'ca.crt': ca = '' } = await managed.secret();
    expect(new Set(await managed.caBundles())).toEqual(new Set([ca]));
    for (const { port } of replicas) expect(await handshake(port, ca)).toBe('ok');
    const box = await lockstep.sandbox();
    await box.apply(configMap({ a: '1' }));
    await eventually(async () => (await tryCreate(box)) === undefined, { what: 'a review' });
    expect(replicas.flatMap(({ lines }) => lines).join()).not.toContain('BEGIN');
    // All of that was done under the chart's policies. Whoever has lockstep's token can do no more.
    for (const act of BEYOND_CERTIFICATES) {
      expect(await attempt(lockstep.cluster, LOCKSTEP_USER, act)).toMatch(
        /lockstep’s account changes nothing of/,
      );
    }
  });
});

describe('ten renewals under load, two replicas, one of them replaced in the middle', () => {
  test('Invariant 5, never in the way: no call fails, and no client gets an untrusted certificate', async () => {
    managed = await selfManagedReplicas(lockstep, SHORT);
    const replicas = await Promise.all([managed.startReplica(DRAINS), managed.startReplica(DRAINS)]);
    await Promise.all(replicas.map(ready));
    const box = await lockstep.sandbox();
    await box.apply(configMap({ a: '1' }));
    await eventually(async () => (await tryCreate(box)) === undefined, { what: 'a review' });
    const load = underLoad(lockstep.cluster, box.namespace, managed);
    try {
      const renewals = async () => (await managed.steps('renew')) + (await managed.steps('promote'));
      await eventually(async () => (await renewals()) >= 5, { what: 'five renewals', timeoutMs: 60_000 });
      const [victim] = replicas;
      if (victim) await managed.stopReplica(victim, 'SIGTERM');
      const before = await renewals();
      await ready(await managed.startReplica(DRAINS));
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
    managed = await selfManagedReplicas(lockstep, LONG);
    await ready(await managed.startReplica());
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
    const patch = JSON.stringify({ data });
    await lockstep.cluster.kubectlOk([
      '-n',
      'lockstep',
      'patch',
      'secret',
      'lockstep-certificates',
      '-p',
      patch,
    ]);
    const fresh = await managed.startReplica();
    await ready(fresh);
    const log = fresh.lines.join('\n');
    expect(log).toContain(
      'the Secret is invalid (tls.crt and tls.key are no certificate with its key); replacing its contents',
    );
    expect(log).not.toContain('a-broken-secret');
    expect(await handshake(fresh.port, await first())).toBe('ok');
  });
});

test('without a registration lockstep is ready, and is trusted soon after the registration', async () => {
  await lockstep.unregister();
  managed = await selfManagedReplicas(lockstep, LONG);
  const replica = await managed.startReplica();
  await ready(replica);
  expect(await managed.steps('trust')).toBe(0);
  await lockstep.apply({ ...withoutCaBundle(lockstep), onError: 'deny' });
  await eventually(async () => (await handshake(replica.port, await first())) === 'ok', {
    what: 'a caBundle for the new registration',
  });
  expect(await managed.steps('start')).toBe(1);
});

test('without its Secret lockstep is alive but not ready and says what is missing, until the Secret exists', async () => {
  managed = await selfManagedReplicas(lockstep, LONG);
  const secret = ['-n', 'lockstep', 'secret', 'lockstep-certificates'];
  await lockstep.cluster.kubectlOk(['delete', ...secret]);
  const admin = await freePort();
  const starting = managed.startReplica(['--admin-port', String(admin)]);
  await eventually(async () => (await fetch(`http://127.0.0.1:${admin}/healthz`)).ok, {
    what: 'a program that lives',
  });
  expect((await fetch(`http://127.0.0.1:${admin}/readyz`)).status).toBe(503);
  await lockstep.cluster.kubectlOk([
    'create',
    '-n',
    'lockstep',
    'secret',
    'generic',
    'lockstep-certificates',
  ]);
  const replica = await starting;
  await ready(replica);
  expect(replica.lines.join('\n')).toContain('there is no Secret lockstep/lockstep-certificates');
});
