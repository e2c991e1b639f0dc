import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../lab/control-plane/api.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { frontProxyFiles } from '../../lab/control-plane/front-proxy.ts';
import { readAccess } from '../../lab/control-plane/kubeconfig.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { webhookClientFiles } from '../../lab/control-plane/webhook-client.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { apiClient } from '../../src/api/client.ts';
import { clusterClock } from '../../src/api/clock.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { API_VERSION, type AssessmentAnswer } from '../../src/assessments/shape.ts';
import { assessments } from '../../src/cluster/assessments.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { kubectlLockstepIn } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const PORT = await freePort();
const API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.assess.lockstep.dev';
const { signal } = new AbortController();

const lockstep = useLockstep({
  secrets: true,
  flags: ['--pin', 'on', '--assess', 'on', '--assess-port', String(PORT)],
  values: {
    'secrets.enabled': 'true',
    'pin.enabled': 'true',
    'assess.enabled': 'true',
    'assess.port': String(PORT),
    'assess.externalName': 'localhost',
  },
});

const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ secretRef: { name: 'db' } }],
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
    },
  ],
};

/** A user with these rights in the namespace. Resolves with a kubeconfig. */
async function userIn({ namespace, kubectl }: Sandbox, name: string, role?: string): Promise<string> {
  await kubectl(['create', 'serviceaccount', name]);
  if (role)
    await kubectl([
      'create',
      'rolebinding',
      name,
      `--clusterrole=${role}`,
      `--serviceaccount=${namespace}:${name}`,
    ]);
  return lockstep().cluster.kubeconfigFor({ namespace, name });
}

const clients: { close(): Promise<void> }[] = [];

/** What somebody asks lockstep with. */
function asking(kubeconfig: string) {
  const clock = clusterClock();
  const client = apiClient(credentialSource(loadKubeConfig(kubeconfig, {}), clock), createMetrics(), clock);
  clients.push(client);
  return assessments(client);
}

let box: Sandbox;
let viewer: string;
let stranger: string;

beforeAll(async () => {
  const { cluster } = lockstep();
  box = await lockstep().sandbox();
  [viewer, stranger] = await Promise.all([userIn(box, 'viewer', 'view'), userIn(box, 'stranger')]);
  await box.apply(
    configMap({ a: '1' }),
    secret({ password: 'sesame' }),
    web({ podSpec }),
    web({ podSpec, name: 'api' }),
  );
  await Promise.all([box.untilRolledOut('web'), box.untilRolledOut('api')]);
  await eventually(() => cluster.api.get(`/apis/${API_VERSION}`), {
    what: 'the API server serving assessments',
  });
});

afterAll(async () => {
  // An APIService whose server is away would keep the namespaces of other tests from going.
  await lockstep().cluster.api.send(API_SERVICE, { method: 'DELETE' });
  await Promise.all(clients.map((client) => client.close()));
});

async function answered(
  kubeconfig: string,
  name: string,
  namespace = box.namespace,
): Promise<AssessmentAnswer> {
  const answer = await asking(kubeconfig).read(DEPLOYMENT, namespace, name, signal);
  if (typeof answer === 'string') throw new Error(`lockstep says ${answer}`);
  return answer;
}

const textOf = async (name: string) => JSON.stringify(await box.read('deployments', name));

describe('Assessments: lockstep tells those who may get a workload what it makes of it', () => {
  test('a Secret that changed, and it writes nothing', async () => {
    expect(await answered(viewer, 'web')).toMatchObject({
      decision: { action: 'leave', reason: 'in-step' },
      sources: [
        { kind: 'ConfigMap', name: 'app', verdict: 'same', required: true, recorded: true },
        { kind: 'Secret', name: 'db', verdict: 'same', required: true, recorded: true },
      ],
      recorded: true,
      outOfScope: false,
      mode: 'enforce',
    });
    const before = await textOf('web');

    await box.kubectl(['patch', 'secret', 'db', '--type=merge', '-p', '{"stringData":{"password":"open"}}']);

    const answer = await answered(viewer, 'web');
    expect(answer).toMatchObject({
      decision: { action: 'write', reason: 'drifted', changed: ['secret/db'] },
      sources: [{ verdict: 'same' }, { kind: 'Secret', name: 'db', verdict: 'moved' }],
    });
    expect(await textOf('web')).toBe(before);
    const { hash, sources } = await box.marks();
    for (const digest of [hash, ...(sources ?? '').matchAll(/[0-9a-f]{8,}/g)].map(String)) {
      expect(digest).not.toBe('undefined');
      expect(JSON.stringify(answer)).not.toContain(digest);
    }
  });

  test('and `kubectl lockstep status` knows it, without a right to read Secrets', async () => {
    const run = kubectlLockstepIn(lockstep().cluster, box);
    const { out } = await run(['status', 'deployment/web'], { kubeconfig: viewer });
    expect(out).toContain('Drifted');
    expect(out).toContain('secret/db');
  });

  test('a key that is missing, by the name that the template has', async () => {
    const env = [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'pin' } } }];
    await box.apply(
      web({ name: 'lacks', replicas: 0, podSpec: { containers: [{ name: 'web', image: 'web:1', env }] } }),
    );
    expect((await answered(viewer, 'lacks')).sources).toMatchObject([{ name: 'db', missingKeys: ['pin'] }]);
  });

  test('that it is held after an undo', async () => {
    const labels = { 'lockstep.dev/pin': 'enabled' };
    const pinned = (image: string) =>
      web({
        name: 'pinned',
        image,
        podSpec: { ...podSpec, containers: [{ ...podSpec.containers[0], image }] },
        labels,
      });
    await box.apply(pinned('web:1'));
    await box.untilRolledOut('pinned');
    await box.kubectl(['patch', 'secret', 'db', '--type=merge', '-p', '{"stringData":{"password":"third"}}']);
    await box.apply(pinned('web:2'));
    await box.untilRolledOut('pinned');
    await box.kubectl(['rollout', 'undo', 'deployment/pinned']);

    const answer = await answered(viewer, 'pinned');

    expect(answer).toMatchObject({ held: true, decision: { reason: 'held' }, pin: { asked: true } });
    expect(answer.pin.pinned).toContain('secret/db');
  });

  test('that it never acts in an excluded namespace', async () => {
    const { kubeconfig } = lockstep().cluster;
    expect(await answered(kubeconfig, 'lockstep', 'lockstep')).toMatchObject({
      outOfScope: true,
      sources: [],
    });
  });

  test('and tells others nothing, not even whether it exists', async () => {
    const asked = asking(stranger);
    expect(await asked.read(DEPLOYMENT, box.namespace, 'web', signal)).toBe('forbidden');
    expect(await asked.read(DEPLOYMENT, box.namespace, 'nothing', signal)).toBe('forbidden');
    expect(await asking(viewer).read(DEPLOYMENT, 'default', 'web', signal)).toBe('forbidden');
    expect(await asking(viewer).read(DEPLOYMENT, box.namespace, 'nothing', signal)).toBe('gone');
  });

  test('and that its API adds nothing to the names of kubectl', async () => {
    const { stdout } = await lockstep().cluster.kubectlOk([
      'api-resources',
      '--api-group=assess.lockstep.dev',
      '-o',
      'name',
    ]);
    expect(stdout.trim()).toBe('');
    await expect(
      lockstep().cluster.api.get(
        `/apis/${API_VERSION}/namespaces/${box.namespace}/deployments/web/assessment?operation=delete`,
      ),
    ).rejects.toMatchObject({ status: 400 });
  });
});

describe('Assessments: nobody asserts who he is but the API server', () => {
  const asAdmin = { 'x-remote-user': 'admin', 'x-remote-group': 'system:masters' };

  async function direct(client: { cert?: string; key?: string }, headers: Record<string, string> = asAdmin) {
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false, ...client } });
    try {
      const path = `/apis/${API_VERSION}/namespaces/${box.namespace}/deployments/web/assessment`;
      const { statusCode, body } = await request(`https://127.0.0.1:${PORT}${path}`, { dispatcher, headers });
      return { status: statusCode, text: await body.text() };
    } finally {
      await dispatcher.close();
    }
  }

  const pairOf = async (cert: string, key: string) => ({
    cert: await readFile(cert, 'utf8'),
    key: await readFile(key, 'utf8'),
  });

  test('not without a certificate, with one of another authority, or with another name', async () => {
    const { dir } = lockstep().cluster;
    const [proxy, hook] = [frontProxyFiles(dir), webhookClientFiles(dir)];
    for (const client of [
      {},
      await pairOf(hook.cert, hook.key),
      await pairOf(proxy.otherCert, proxy.otherKey),
    ]) {
      const { status, text } = await direct(client);
      expect(status).toBe(403);
      expect(text).toContain('PROXY_UNTRUSTED');
    }
  });

  test('and the API server only if it says who asks', async () => {
    const proxy = frontProxyFiles(lockstep().cluster.dir);
    const client = await pairOf(proxy.cert, proxy.key);
    expect(await direct(client)).toMatchObject({ status: 200 });
    expect(await direct(client, {})).toMatchObject({ status: 401 });
    expect(await direct(client, { 'x-remote-user': 'nobody' })).toMatchObject({ status: 403 });
  });

  test('also if he sends the headers through the API server', async () => {
    const { server, ca } = lockstep().cluster;
    const { token } = await readAccess(stranger);
    const dispatcher = new Agent({ connect: { ca } });
    const path = `/apis/${API_VERSION}/namespaces/${box.namespace}/deployments/web/assessment`;
    const headers = { ...asAdmin, authorization: `Bearer ${token}` };
    const { statusCode, body } = await request(`${server}${path}`, { dispatcher, headers });
    await body.dump();
    await dispatcher.close();
    expect(statusCode).toBe(403);
  });
});

describe('Assessments: lockstep is away', () => {
  test('and whoever asks is told at once that nobody answers', async () => {
    await lockstep().program().stop();
    const asked = asking(viewer);
    const since = performance.now();
    expect(await asked.read(DEPLOYMENT, box.namespace, 'web', signal)).toBe('unavailable');
    expect(await asked.read(DEPLOYMENT, box.namespace, 'api', signal)).toBe('unavailable');
    expect(performance.now() - since).toBeLessThan(5_000);
    // A call goes on as ever.
    await box.kubectl(['scale', 'deployment/api', '--replicas=3']);
    await expect(lockstep().cluster.api.get(`/apis/${API_VERSION}`)).rejects.toBeInstanceOf(ApiError);
  });
});
