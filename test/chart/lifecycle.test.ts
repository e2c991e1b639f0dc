import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { rolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { useCluster } from '../kit/use.ts';
import { listAllObjects } from './all-objects.ts';
import { configurationOf, type Release, release } from './release.ts';
import { EVERYTHING_OFF } from './variants.ts';

const NAME = 'lockstep-life';

let ours: Release;
let before: readonly string[];
beforeAll(async () => {
  ours = await release(NAME);
  // Pods that are not allowed under it are not made at all.
  await ours.kubectl('label', 'namespace', NAME, 'pod-security.kubernetes.io/enforce=restricted');
  before = await listAllObjects(NAME);
});
afterAll(() => ours?.uninstall());

/** The flags of the pods that the Deployment makes, and how many there are to be. */
async function deployed(): Promise<{ replicas: number; args: string }> {
  const path = '{.spec.replicas} {.spec.template.spec.containers[0].args}';
  const { stdout } = await ours.kubectl('get', `deployment/${NAME}`, '-o', `jsonpath=${path}`);
  const [replicas, args = ''] = stdout.split(' ', 2);
  return { replicas: Number(replicas), args };
}

/** What was asked to be deleted since, in order, by a person: not by controllers that clean up. */
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
    what: 'nothing being left',
    timeoutMs: 60_000,
    intervalMs: 500,
  });

describe('a release', () => {
  test('is installed: its pods run, and the API server has its webhooks', async () => {
    await ours.install({}, '--wait');

    await rolledOut(useCluster(), NAME, NAME);
    expect((await configurationOf(NAME)).webhooks).toHaveLength(5);
  });

  test('is upgraded: its pods are replaced, its webhooks are not', async () => {
    const { uid } = await configurationOf(NAME);
    const values = { replicas: 3, logLevel: 'debug', webhook: { timeoutSeconds: 7 } };
    await ours.upgrade(values, '--wait');

    expect(await deployed()).toEqual({ replicas: 3, args: expect.stringContaining('--log-level=debug') });
    const upgraded = await configurationOf(NAME);
    expect(upgraded.uid).toBe(uid);
    expect(upgraded.webhooks.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 7, 7, 7, 7]);
  });

  test('is rolled back', async () => {
    await ours.rollback(1, '--wait');

    expect(await deployed()).toEqual({ replicas: 2, args: expect.stringContaining('--log-level=info') });
    expect((await configurationOf(NAME)).webhooks.map(({ timeoutSeconds }) => timeoutSeconds)).toContain(5);
  });

  // Or the API server would go on calling a Service that is gone.
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

  test('is installed again where one has been', async () => {
    await ours.install({}, '--wait');
    await ours.uninstall();
    await nothingLeft();
  });

  test('with everything off is installed, upgraded to the defaults, and leaves nothing', async () => {
    await ours.install(EVERYTHING_OFF, '--wait');
    expect((await configurationOf(NAME)).webhooks).toEqual([]);
    await ours.upgrade({}, '--reset-values', '--wait');
    expect((await configurationOf(NAME)).webhooks).toHaveLength(5);
    await ours.uninstall();
    await nothingLeft();
  });

  // The schema of the values is not Kubernetes' own: what is wrong inside is told by the API server.
  test('that fails on a misspelt field says which, and leaves nothing once it is removed', async () => {
    const values = { affinity: { nodeAffinity: { preferd: [] } } };
    expect(await ours.refusal('install', values)).toMatch(/affinity\.nodeAffinity\.preferd/);

    await ours.uninstall();
    await nothingLeft();
  });
});
