import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { CLOSED, SETTLE_FLAG, untilMoved } from './edit-acts.ts';

const lockstep = useLockstep({
  flags: [
    '--edit=on',
    SETTLE_FLAG,
    '--edit-rest=1h',
    '--workload-metrics=on',
    '--workload-metrics-every=1s',
    '--lease=lockstep/lockstep',
  ],
  values: { 'edit.enabled': 'true', 'metrics.workloads.enabled': 'true' },
});

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/lockstep/leases/lockstep';
/** Gives the Lease to another replica. */
const giveAway = () =>
  lockstep().cluster.api.send(LEASE, {
    method: 'PATCH',
    body: { spec: { holderIdentity: 'another-replica' } },
    contentType: 'application/merge-patch+json',
  });

const metrics = async () =>
  (await fetch(`http://127.0.0.1:${lockstep().program().adminPort}/metrics`)).text();

/** How many Deployments stand where, without those that are 0. Undefined: this replica does not count. */
async function deployments(): Promise<Readonly<Record<string, number>> | undefined> {
  const found = [
    ...(await metrics()).matchAll(/^lockstep_workloads\{kind="Deployment",state="([\w-]+)"\} (\d+)$/gm),
  ].map(([, state = '', count]) => [state, Number(count)] as const);
  return found.length === 0 ? undefined : Object.fromEntries(found.filter(([, count]) => count > 0));
}

const untilStand = (expected: Readonly<Record<string, number>> | undefined) =>
  eventually(async () => expect(await deployments()).toEqual(expected), {
    what: `the count ${JSON.stringify(expected)}`,
    timeoutMs: 30_000,
  });

const drift = () => lockstep().program().metric('lockstep_longest_drift_seconds', { kind: 'Deployment' });

describe('the count of workloads', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = await lockstep().sandbox();
    await box.apply(
      configMap({ a: '1' }),
      web({ name: 'edits' }),
      web({ name: 'closed', annotations: { 'lockstep.dev/roll-window': CLOSED } }),
      web({ name: 'calls', annotations: { 'lockstep.dev/roll-on': 'create,update,scale' } }),
      web({ name: 'out', labels: { 'lockstep.dev/inject': 'disabled' } }),
    );
    await untilStand({ 'in-step': 3, 'not-managed': 1 });
  });

  test('says which have drifted and which wait, until they roll or are gone', async () => {
    const { hash } = await box.marks('edits');
    await box.editConfig({ a: '2' });
    await untilMoved(box, hash, 'edits');
    // One rolls by itself, one waits for its window, and one for a call: the last two on purpose.
    await untilStand({ 'in-step': 1, waiting: 1, drifted: 1, 'not-managed': 1 });
    await eventually(async () => (await drift()) === 0, { what: 'no drift that lasts' });
    // The first one rests, which takes long.
    await box.editConfig({ a: '3' });
    await untilStand({ waiting: 1, drifted: 2, 'not-managed': 1 });
    await eventually(async () => (await drift()) > 0, { what: 'the drift that lasts' });
    await box.kubectl(['rollout', 'restart', 'deployment/edits']);
    await untilStand({ 'in-step': 1, waiting: 1, drifted: 1, 'not-managed': 1 });
    expect(await drift()).toBe(0);
    await box.kubectl(['scale', 'deployment/calls', '--replicas=3']);
    // A call brings it into step before its window.
    await box.kubectl(['rollout', 'restart', 'deployment/closed']);
    await untilStand({ 'in-step': 3, 'not-managed': 1 });
    await box.kubectl(['delete', ...['calls', 'closed', 'out'].map((name) => `deployment/${name}`)]);
    await untilStand({ 'in-step': 1 });
  });

  test('is given by the leader only, so that two replicas never count the same', async () => {
    await giveAway();
    await untilStand(undefined);
    expect(await metrics()).not.toMatch(/^lockstep_longest_drift_seconds\{/m);
  });
});
