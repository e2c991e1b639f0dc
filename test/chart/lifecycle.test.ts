import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { untilRolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { listAllObjects } from './all-objects.ts';
import { configurationOf, type Release, release } from './release.ts';
import { EVERYTHING_OFF } from './variants.ts';

const NAME = 'lockstep-life';

let ours: Release;
let before: readonly string[];
beforeAll(async () => {
  ours = await release(NAME);
  // The API server then refuses pods that violate the standard.
  await ours.kubectl('label', 'namespace', NAME, 'pod-security.kubernetes.io/enforce=restricted');
  before = await listAllObjects(NAME);
});
afterAll(() => ours?.uninstall());

/** Reads the replicas of the Deployment, and the flags of its pods. */
async function readDeployment(): Promise<{ replicas: number; args: string }> {
  const path = '{.spec.replicas} {.spec.template.spec.containers[0].args}';
  const { stdout } = await ours.kubectl('get', `deployment/${NAME}`, '-o', `jsonpath=${path}`);
  const [replicas, args = ''] = stdout.split(' ', 2);
  return { replicas: Number(replicas), args };
}

/**
 * The resources of which helm has deleted an object since, in order. Controllers that clean up do not count.
 */
async function deletionsSince(events: number): Promise<readonly string[]> {
  return (await auditEvents(useCluster()))
    .slice(events)
    .filter(({ verb, stage, user }) => {
      return verb === 'delete' && stage === 'ResponseComplete' && !user.username?.startsWith('system:');
    })
    .map(({ objectRef }) => objectRef?.resource ?? '');
}

const nothingLeft = () =>
  eventually(async () => expect(await listAllObjects(NAME)).toEqual(before), {
    what: 'the removal of all objects',
    timeoutMs: 60_000,
    intervalMs: 500,
  });

describe('a release', () => {
  test('is installed: its pods run, and the API server has its webhooks', async () => {
    await ours.install({}, '--wait');

    await untilRolledOut(useCluster(), NAME, NAME);
    expect((await configurationOf(NAME)).webhooks).toHaveLength(10);
  });

  test('is upgraded: its pods are replaced, its webhooks are not', async () => {
    const { uid } = await configurationOf(NAME);
    const values = { replicas: 3, logLevel: 'debug', webhook: { timeoutSeconds: 7 } };
    await ours.upgrade(values, '--wait');

    expect(await readDeployment()).toEqual({
      replicas: 3,
      args: expect.stringContaining('--log-level=debug'),
    });
    const upgraded = await configurationOf(NAME);
    expect(upgraded.uid).toBe(uid);
    expect(upgraded.webhooks.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual(
      Array.from({ length: 10 }, () => 7),
    );
  });

  test('is rolled back', async () => {
    await ours.rollback(1, '--wait');

    expect(await readDeployment()).toEqual({
      replicas: 2,
      args: expect.stringContaining('--log-level=info'),
    });
    expect((await configurationOf(NAME)).webhooks.map(({ timeoutSeconds }) => timeoutSeconds)).toContain(5);
  });

  // Otherwise the API server would still call a Service that is gone.
  test('is removed, its webhooks before anything else, and leaves nothing', async () => {
    const events = (await auditEvents(useCluster())).length;
    await ours.uninstall();

    const [first, ...others] = await deletionsSince(events);
    expect(first).toBe('mutatingwebhookconfigurations');
    for (const resource of ['services', 'deployments', 'clusterroles', 'rolebindings', 'secrets']) {
      expect(others).toContain(resource);
    }
    await nothingLeft();
  });

  test('can be installed again', async () => {
    await ours.install({}, '--wait');
    await ours.uninstall();
    await nothingLeft();
  });

  test('with everything off can be installed, upgraded to the defaults, and leaves nothing', async () => {
    await ours.install(EVERYTHING_OFF, '--wait');
    expect((await configurationOf(NAME)).webhooks).toEqual([]);
    await ours.upgrade({}, '--reset-values', '--wait');
    expect((await configurationOf(NAME)).webhooks).toHaveLength(10);
    await ours.uninstall();
    await nothingLeft();
  });

  // The chart's schema does not check the structures of Kubernetes. The API server does.
  test('with a misspelt field fails, names the field, and leaves nothing after its removal', async () => {
    const values = { affinity: { nodeAffinity: { preferd: [] } } };
    expect(await ours.refusal('install', values)).toMatch(/affinity\.nodeAffinity\.preferd/);

    await ours.uninstall();
    await nothingLeft();
  });
});
