import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { rolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { useCluster } from '../kit/use.ts';
import { render, type Values } from './helm.ts';
import { type Release, release } from './release.ts';

const NAME = 'lockstep-boot';
const NODE = fileURLToPath(new URL('../../lab/control-plane/files/node.yaml', import.meta.url));
/** Everything fails where lockstep does not answer. */
const STRICT: Values = { onError: 'deny', webhook: { timeoutSeconds: 1 } };

let ours: Release;
let user: Sandbox;

beforeAll(async () => {
  user = await sandbox(useCluster());
  await user.apply(configMap({ a: '1' }), web({ replicas: 3 }));
  await user.rolledOut();
  ours = await release(NAME);
  await installStrict();
});
afterAll(async () => {
  await useCluster().kubectl(['create', '-f', NODE]);
  await ours?.uninstall();
});

/** Installs lockstep such that every call fails. A test that changes the release does so again when it is over. */
async function installStrict(): Promise<void> {
  // Forced: one of the tests scales with kubectl, and then helm takes the number for kubectl's.
  await ours.upgrade(STRICT, '--install', '--wait', '--force-conflicts');
  await nobodyAnswers();
  await eventually(async () => (await created()).exitCode !== 0, { what: 'the API server refusing a call' });
}

/**
 * kwok's pods answer nobody. So that the API server need not look for them in the Service's network, which is nowhere, the
 * Service leads to a port of this machine on which nobody listens; in helm's name, which may put it right again.
 */
async function nobodyAnswers(): Promise<void> {
  const rendered = await render(STRICT, NAME, ['--show-only=templates/service.yaml']);
  const service: { spec: object } = parse(rendered);
  const input = JSON.stringify({
    ...service,
    spec: { ...service.spec, type: 'ExternalName', externalName: 'localhost' },
  });
  const args = ['apply', '--server-side', '--field-manager=helm', '-f', '-'];
  await useCluster().kubectlOk(args, { input });
}

/** A user tries to create a Deployment. */
function created(namespace = user.namespace) {
  const args = ['-n', namespace, 'create', '--dry-run=server', '-f', '-'];
  return useCluster().kubectl(args, { input: list({ ...web(), metadata: { name: 'other' } }) });
}

const goesThrough = (namespace?: string) =>
  eventually(async () => (await created(namespace)).exitCode === 0, { what: 'the call going through' });

describe('failurePolicy Fail, and nobody answers', () => {
  test('whoever creates or scales up a Deployment is refused, and told by which webhook', async () => {
    const scaled = await useCluster().kubectl([
      '-n',
      user.namespace,
      'scale',
      'deployment/web',
      '--replicas=9',
    ]);

    expect((await created()).stderr).toContain('failed calling webhook "template.lockstep.dev"');
    expect(scaled.exitCode).not.toBe(0);
    expect(scaled.stderr).toContain('failed calling webhook "scale.lockstep.dev"');
  });

  test('what runs goes on: a pod that is lost is replaced, a scale-down is taken', async () => {
    await user.kubectl(['delete', 'pods', '--all']);
    await user.rolledOut();
    await user.kubectl(['scale', 'deployment/web', '--replicas=2']);
    await user.rolledOut();
  });

  test('kube-system and lockstep’s own namespace are left out of it', async () => {
    for (const namespace of ['kube-system', NAME]) {
      expect(await created(namespace)).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });

  test('with every node and every pod of lockstep gone, lockstep comes back by itself', async () => {
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
    await rolledOut(useCluster(), NAME, NAME);
  });

  test('its Deployment itself can be lost, made again, and scaled', async () => {
    onTestFinished(installStrict);
    await ours.kubectl('delete', 'deployment', NAME);
    await ours.upgrade(STRICT, '--wait');
    await ours.kubectl('scale', `deployment/${NAME}`, '--replicas=3');
    await rolledOut(useCluster(), NAME, NAME);
  });
});

describe('the way back', () => {
  test.each([
    ['to go on without lockstep for a while', 'lockstep.dev/on-error=allow'],
    ['to keep lockstep out', 'lockstep.dev/inject=disabled'],
  ])('of one namespace is a label: %s', async (_, label) => {
    const other = await sandbox(useCluster());
    await useCluster().kubectlOk(['label', 'namespace', other.namespace, label]);
    await goesThrough(other.namespace);
    expect((await created()).exitCode).not.toBe(0);
  });

  test('of the cluster is an upgrade, which nothing refuses', async () => {
    onTestFinished(installStrict);
    await ours.upgrade({ ...STRICT, onError: 'allow' });
    await nobodyAnswers();
    await goesThrough();
  });

  test('that needs nothing but kubectl is to delete the webhooks; the next upgrade makes them again', async () => {
    await ours.kubectl('delete', 'mutatingwebhookconfiguration', NAME);
    await goesThrough();
    await ours.upgrade(STRICT);
    await nobodyAnswers();
    await eventually(async () => (await created()).exitCode !== 0);
  });
});
