import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { untilRolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { render, type Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type Release, release } from './release.ts';

const NAME = 'lockstep-boot';
const NODE = fileURLToPath(new URL('../../lab/control-plane/files/node.yaml', import.meta.url));
/** Every call fails if lockstep does not answer. */
const STRICT: Values = { onError: 'deny', webhook: { timeoutSeconds: 1 } };

let ours: Release;
let user: Sandbox;

beforeAll(async () => {
  user = await sandbox(useCluster());
  await user.apply(configMap({ a: '1' }), web({ replicas: 3 }));
  await user.untilRolledOut();
  ours = await release(NAME);
  await installStrict();
});
afterAll(async () => {
  await useCluster().kubectl(['create', '-f', NODE]);
  await ours?.uninstall();
});

/**
 * Installs lockstep so that every call fails. A test that changes the release does this again when it is
 * finished.
 */
async function installStrict(): Promise<void> {
  // Forced, because one of the tests scales with kubectl, which then owns `replicas`.
  await ours.upgrade(STRICT, '--install', '--wait', '--force-conflicts');
  await breakService();
  await eventually(async () => (await tryCreate()).exitCode !== 0, {
    what: 'the API server refusing a call',
  });
}

/**
 * The pods of kwok do not listen, and the Service's network does not exist. So this points the Service at a
 * closed port of this machine, where the API server's calls fail at once. It does so as helm, so that helm
 * may change the Service back.
 */
async function breakService(): Promise<void> {
  const rendered = await render(STRICT, NAME, ['--show-only=templates/service.yaml']);
  const service: { spec: object } = parse(rendered);
  const input = JSON.stringify({
    ...service,
    spec: { ...service.spec, type: 'ExternalName', externalName: 'localhost' },
  });
  const args = ['apply', '--server-side', '--field-manager=helm', '-f', '-'];
  await useCluster().kubectlOk(args, { input });
}

/** Tries to create a Deployment, as a user. */
function tryCreate(namespace = user.namespace) {
  const args = ['-n', namespace, 'create', '--dry-run=server', '-f', '-'];
  return useCluster().kubectl(args, { input: list({ ...web(), metadata: { name: 'other' } }) });
}

const untilCreated = (namespace?: string) =>
  eventually(async () => (await tryCreate(namespace)).exitCode === 0, { what: 'the call going through' });

describe('with failurePolicy Fail, if lockstep does not answer', () => {
  test('the API server refuses to create or scale up a Deployment, and names the webhook', async () => {
    const scaled = await useCluster().kubectl([
      '-n',
      user.namespace,
      'scale',
      'deployment/web',
      '--replicas=9',
    ]);

    expect((await tryCreate()).stderr).toContain('failed calling webhook "template.lockstep.dev"');
    expect(scaled.exitCode).not.toBe(0);
    expect(scaled.stderr).toContain('failed calling webhook "scale.lockstep.dev"');
  });

  test('running workloads go on: a lost pod is replaced, a scale-down succeeds', async () => {
    await user.kubectl(['delete', 'pods', '--all']);
    await user.untilRolledOut();
    await user.kubectl(['scale', 'deployment/web', '--replicas=2']);
    await user.untilRolledOut();
  });

  test('kube-system and lockstep’s own namespace are not affected', async () => {
    for (const namespace of ['kube-system', NAME]) {
      expect(await tryCreate(namespace)).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });

  test('lockstep comes back by itself after the loss of every node and all its pods', async () => {
    await ours.kubectl('delete', 'node', 'kwok');
    await ours.kubectl('delete', 'pods', '--all', '--force', '--grace-period=0');
    await eventually(async () => {
      const { stdout } = await ours.kubectl(
        'get',
        'pods',
        '--field-selector=status.phase=Pending',
        '-o',
        'name',
      );
      expect(stdout.trim().split('\n')).toHaveLength(2);
    });
    await useCluster().kubectlOk(['create', '-f', NODE]);
    await untilRolledOut(useCluster(), NAME, NAME);
  });

  test('lockstep’s own Deployment can be deleted, created again, and scaled', async () => {
    onTestFinished(installStrict);
    await ours.kubectl('delete', 'deployment', NAME);
    await ours.upgrade(STRICT, '--wait');
    await ours.kubectl('scale', `deployment/${NAME}`, '--replicas=3');
    await untilRolledOut(useCluster(), NAME, NAME);
  });
});

describe('an administrator can recover', () => {
  test.each([
    ['to let calls through while lockstep is down', 'lockstep.dev/on-error=allow'],
    ['to exclude the namespace', 'lockstep.dev/inject=disabled'],
  ])('one namespace, with a label: %s', async (_, label) => {
    const other = await sandbox(useCluster());
    await useCluster().kubectlOk(['label', 'namespace', other.namespace, label]);
    await untilCreated(other.namespace);
    expect((await tryCreate()).exitCode).not.toBe(0);
  });

  test('the cluster, with an upgrade that nothing refuses', async () => {
    onTestFinished(installStrict);
    await ours.upgrade({ ...STRICT, onError: 'allow' });
    await breakService();
    await untilCreated();
  });

  test('the cluster, with kubectl alone: delete the webhooks, which the next upgrade creates again', async () => {
    await ours.kubectl('delete', 'mutatingwebhookconfiguration', NAME);
    await untilCreated();
    await ours.upgrade(STRICT);
    await breakService();
    await eventually(async () => (await tryCreate()).exitCode !== 0);
  });
});
