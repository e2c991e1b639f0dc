import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { listAllObjects } from './all-objects.ts';
import { configurationOf, type Release, release } from './release.ts';
import { PIN } from './variants.ts';

const NAME = 'lockstep-lease';
const NO_PODS: Values = { replicas: 0 };
const WITH: Values = { ...NO_PODS, ...PIN };
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

/** Takes the Lease as a replica does. */
async function takeLease(): Promise<void> {
  const patch = JSON.stringify({ spec: { holderIdentity: 'replica-1', leaseDurationSeconds: 15 } });
  await ours.kubectl('patch', LEASE, '--type=merge', '--field-manager=lockstep', '-p', patch);
}

/** Reads who holds the Lease, and for how long. */
async function readHolder(): Promise<string> {
  const path = '{.spec.holderIdentity}/{.spec.leaseDurationSeconds}';
  return (await ours.kubectl('get', LEASE, '-o', `jsonpath=${path}`)).stdout;
}

describe('pin', () => {
  const webhooks = async () => (await configurationOf(NAME)).webhooks.length;

  test('can be switched off and on by an upgrade, together with its Lease, webhooks and rights', async () => {
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
    expect(await webhooks()).toBe(23);
    await eventually(async () => expect(await rights()).toEqual(['yes', 'yes']));

    await ours.upgrade(NO_PODS, '--reset-values');
    expect(await webhooks()).toBe(10);
    expect((await ours.kubectl('get', 'leases', '-o', 'name')).stdout).toBe('');
    await eventually(async () => expect(await rights()).toEqual(['no', 'no']));

    await ours.upgrade(WITH);
    expect(await webhooks()).toBe(23);
    expect(await readHolder()).toBe('/');
  });

  test('leaves nothing when the release is removed', async () => {
    await takeLease();
    await ours.uninstall();
    await eventually(async () => expect(await listAllObjects(NAME)).toEqual(before), {
      what: 'the removal of all objects',
      timeoutMs: 60_000,
      intervalMs: 500,
    });
  });
});
