import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { useCluster } from '../kit/use.ts';
import { listAllObjects } from './all-objects.ts';
import { render, type Values } from './helm.ts';
import { configurationOf, type Release, release } from './release.ts';
import { PIN } from './variants.ts';

const NAME = 'lockstep-lease';
const NO_PODS: Values = { replicas: 0 };
const WITH: Values = { ...NO_PODS, ...PIN };
/** Something else than before. */
const OTHER: Values = { ...WITH, commonLabels: { team: 'platform' } };
const LEASE = `lease/${NAME}`;

let ours: Release;
let before: readonly string[];
beforeAll(async () => {
  ours = await release(NAME);
  before = await listAllObjects(NAME);
});
beforeEach(async () => {
  await ours.uninstall();
  await ours.install(WITH);
});
afterAll(() => ours?.uninstall());

/** Does what a replica does that takes the Lease. */
async function taken(): Promise<void> {
  const patch = JSON.stringify({ spec: { holderIdentity: 'replica-1', leaseDurationSeconds: 15 } });
  await ours.kubectl('patch', LEASE, '--type=merge', '--field-manager=lockstep', '-p', patch);
}

/** Who holds the Lease, and whether what was to change has changed. */
async function found(): Promise<string> {
  const path = '{.spec.holderIdentity}/{.spec.leaseDurationSeconds}/{.metadata.labels.team}';
  return (await ours.kubectl('get', LEASE, '-o', `jsonpath=${path}`)).stdout;
}

describe('who holds the Lease goes on holding it', () => {
  beforeEach(taken);

  test('over an upgrade, and over a rollback', async () => {
    await ours.upgrade(OTHER);
    expect(await found()).toBe('replica-1/15/platform');
    await ours.rollback(1);
    expect(await found()).toBe('replica-1/15/');
  });

  test('over an upgrade on the client, as Helm 3 does', async () => {
    await ours.upgrade(OTHER, '--server-side=false');
    expect(await found()).toBe('replica-1/15/platform');
  });

  test.each([
    ['on the server, as Argo CD and Flux do', ['--server-side', '--force-conflicts']],
    ['on the client', []],
  ])('over an apply of the manifests %s', async (_, flags) => {
    const input = await render(OTHER, NAME);
    await useCluster().kubectlOk(['apply', ...flags, '-f', '-'], { input });
    expect(await found()).toBe('replica-1/15/platform');
  });
});

describe('pin', () => {
  const webhooks = async () => (await configurationOf(NAME)).webhooks.length;

  test('is switched off and on by an upgrade, and Lease, webhooks and rights with it', async () => {
    const may = async (verb: string, resource: string, ...flags: readonly string[]) => {
      const account = `--as=system:serviceaccount:${NAME}:${NAME}`;
      const args = ['auth', 'can-i', verb, resource, account, ...flags];
      return (await useCluster().kubectl(args)).stdout.trim();
    };
    const rights = async () =>
      Promise.all([
        may('delete', 'configmaps', '-A'),
        may('patch', `leases.coordination.k8s.io/${NAME}`, '-n', NAME),
      ]);
    expect(await webhooks()).toBe(11);
    await eventually(async () => expect(await rights()).toEqual(['yes', 'yes']));

    await ours.upgrade(NO_PODS, '--reset-values');
    expect(await webhooks()).toBe(5);
    expect((await ours.kubectl('get', 'leases', '-o', 'name')).stdout).toBe('');
    await eventually(async () => expect(await rights()).toEqual(['no', 'no']));

    await ours.upgrade(WITH);
    expect(await webhooks()).toBe(11);
    expect(await found()).toBe('//');
  });

  test('leaves nothing of the release when it is removed', async () => {
    await taken();
    await ours.uninstall();
    await eventually(async () => expect(await listAllObjects(NAME)).toEqual(before), {
      what: 'nothing being left',
      timeoutMs: 60_000,
      intervalMs: 500,
    });
  });
});
