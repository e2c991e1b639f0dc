import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { eventsIn, PIN } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import type { EVENTS } from '../../src/telemetry/events.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { SETTLE_FLAG } from './edit-acts.ts';

const lockstep = useLockstep({
  flags: ['--pin=on', '--pin-grace=1s', '--edit=on', SETTLE_FLAG, '--edit-rest=0s'],
  values: { 'pin.enabled': 'true', 'edit.enabled': 'true' },
});

const CALLS_ONLY = { 'lockstep.dev/roll-on': 'create,update,scale,node' };
const HPA = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';

async function start(options: Parameters<typeof web>[0] = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web({ replicas: 1, annotations: CALLS_ONLY, ...options }));
  await box.untilRolledOut();
  return box;
}

const scale = (box: Sandbox, replicas: number, ...more: string[]) =>
  box.kubectl(['scale', 'deployment/web', `--replicas=${replicas}`, ...more]);

/** As the HPA puts a Scale. It would read it again after a conflict, so no version is named here. */
async function scaleAsHpa({ namespace }: Sandbox, replicas: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale`;
  const { api } = lockstep().cluster;
  const metadata = { name: 'web', namespace };
  const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas } };
  await (await api.open(path, { method: 'PUT', body, as: HPA })).dump();
}

/** The reasons of all that lockstep has recorded in a namespace. */
async function reasonsIn(box: Sandbox): Promise<string[]> {
  const { items } = Object(await box.read('events'));
  return items
    .filter((event: object) => Reflect.get(event, 'reportingComponent') === 'lockstep.dev/lockstep')
    .map((event: object) => String(Reflect.get(event, 'reason')));
}

/** Waits for the first Event with this reason, and returns the messages of all with it. */
async function untilTold(box: Sandbox, reason: keyof typeof EVENTS): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await eventually(
    async () => {
      found = await eventsIn(box, reason);
      expect(found).not.toEqual([]);
    },
    { what: `an Event ${reason}` },
  );
  return found;
}

describe.concurrent('an Event tells people who look at the workload', () => {
  test('which source has rolled it, and by whose call; not on a dry run, and once', async () => {
    const box = await start({ replicas: 2 });
    // In step: nothing to tell.
    await scale(box, 3);
    await scale(box, 2);
    await box.editConfig({ a: '2' });
    await scale(box, 4, '--dry-run=server');
    await scaleAsHpa(box, 5);
    expect(await untilTold(box, 'Rolled')).toEqual([
      'configmap/app changed: all pods of deployment/web roll' +
        ` (by ${HPA} scaling deployment/web from 2 to 5).`,
    ]);
    await box.untilRolledOut();
    await box.editConfig({ a: '3' });
    await box.kubectl(['annotate', 'deployment/web', 'x=1', '--dry-run=server']);
    await box.kubectl(['annotate', 'deployment/web', 'x=1']);
    await eventually(async () => expect(await eventsIn(box, 'Rolled')).toHaveLength(2));
    expect((await eventsIn(box, 'Rolled')).join()).toMatch(/\(by \S+ updating deployment\/web\)/);
    // Of the Deployment controller, which scales the old ReplicaSet, too.
    expect((await reasonsIn(box)).filter((reason) => reason !== 'PodsHeldBack')).toEqual([
      'Rolled',
      'Rolled',
    ]);
  });

  test('in a form that kubectl shows, and that programs read', async () => {
    const box = await start();
    await box.editConfig({ a: '2' });
    await scale(box, 2);
    await untilTold(box, 'Rolled');
    const { stdout } = await box.kubectl(['describe', 'deployment/web']);
    expect(stdout).toMatch(
      / {2}Normal +Rolled +\d+s +lockstep\.dev\/lockstep +configmap\/app changed: all pods of deployment\/web roll/,
    );
    const table = await box.kubectl(['get', 'events', '--field-selector=reason=Rolled']);
    expect(table.stdout).toMatch(/^\d+s +Normal +Rolled +deployment\/web +configmap\/app changed/m);
    const path = `/apis/events.k8s.io/v1/namespaces/${box.namespace}/events`;
    const { items } = Object(await lockstep().cluster.api.get(path));
    const rolled = items.find((event: object) => Reflect.get(event, 'reason') === 'Rolled');
    expect(rolled).toMatchObject({
      action: 'Roll',
      type: 'Normal',
      reportingController: 'lockstep.dev/lockstep',
      reportingInstance: expect.stringMatching(/./),
      regarding: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      related: { apiVersion: 'v1', kind: 'ConfigMap', namespace: box.namespace, name: 'app' },
      metadata: {
        annotations: {
          'lockstep.dev/call': 'scale',
          'lockstep.dev/caller': expect.stringMatching(/./),
          'lockstep.dev/changed': 'configmap/app',
          'lockstep.dev/config-hash': (await box.marks()).hash,
        },
      },
    });
  });

  test('that it does not roll by this call, once', async () => {
    const box = await start({ annotations: { 'lockstep.dev/roll-on': 'update' } });
    await box.editConfig({ a: '2' });
    // If it recorded something, that would be the first Event of this occasion, and the only one.
    await scale(box, 9, '--dry-run=server');
    await scale(box, 2);
    await scale(box, 3);
    const [message] = await untilTold(box, 'RollWaits');
    expect(message).toContain('deployment/web does not roll on this (lockstep.dev/roll-on)');
    expect(message).toMatch(/\(by \S+ scaling deployment\/web from 1 to 2\)\.$/);
    await box.kubectl(['delete', 'configmap/app']);
    await scale(box, 4);
    expect((await untilTold(box, 'NotRolled')).join()).toContain('configmap/app is missing');
    expect(await reasonsIn(box)).toEqual(expect.arrayContaining(['RollWaits', 'NotRolled']));
    expect(await reasonsIn(box)).toHaveLength(2);
  });

  test('that it rolls in its window, after an edit', async () => {
    // A day that is neither today nor tomorrow, wherever the test runs.
    const day = new Date(Date.now() + 3 * 86_400_000).toUTCString().slice(0, 3);
    const annotations = { 'lockstep.dev/roll-window': `${day} 10:00-11:00 UTC` };
    const box = await start({ annotations });
    await box.editConfig({ a: '2' });
    const [message] = await untilTold(box, 'RollWaits');
    expect(message).toMatch(
      /^configmap\/app changed: deployment\/web rolls in its window, from \d{4}-\d\d-\d\dT10:00:00Z on\.$/,
    );
  });

  test('that it is held by an undo, and when the hold has ended', async () => {
    const box = await start({ labels: PIN });
    await box.editConfig({ a: '2' });
    await scale(box, 2);
    await box.untilRolledOut();
    await box.kubectl(['rollout', 'undo', 'deployment/web']);
    expect((await untilTold(box, 'Held')).join()).toContain(
      'deployment/web is back at its earlier configuration, and held there',
    );
    await box.editConfig({ a: '3' });
    await scale(box, 3);
    expect((await untilTold(box, 'HoldEnded')).join()).toContain(
      'deployment/web is no longer held at earlier configuration: configmap/app changed',
    );
  });

  test('that a stale ReplicaSet was kept from growing', async () => {
    const box = await start();
    const { stdout: stale } = await box.kubectl(['get', 'replicasets', '-o', 'name']);
    await box.editConfig({ a: '2' });
    await scale(box, 2);
    await box.untilRolledOut();
    // If it recorded something, that would be the first Event of this occasion, and the only one.
    await box.kubectl(['scale', stale.trim(), '--replicas=9', '--dry-run=server']);
    await box.kubectl(['scale', stale.trim(), '--replicas=3']);
    await box.kubectl(['scale', stale.trim(), '--replicas=3']);
    const messages = await untilTold(box, 'PodsHeldBack');
    expect(messages).toEqual([
      expect.stringMatching(/^Held 3 pods back: stale replicaset\/web-\S+ keeps its 0 replicas/),
    ]);
  });

  test('that a call could not be checked, and why', async () => {
    const box = await start();
    const many = Array.from({ length: 101 }, (_, i) => `configmap/x${i}`).join(',');
    await box.kubectl(['annotate', 'deployment/web', `lockstep.dev/ignore=${many}`]);
    const [message] = await untilTold(box, 'NotChecked');
    expect(message).toMatch(
      /^deployment\/web was not checked: .*100.*; the call went through, and pods may differ \(by /,
    );
  });
});

test('an Event about a source tells of its copies that were swept', async () => {
  const box = await start({ labels: PIN });
  await box.editConfig({ a: '2' });
  // Its copies are made before the API server refuses it.
  const invalid = { ...web({ name: 'other', labels: PIN }) };
  const spec = { ...Object(Reflect.get(invalid, 'spec')), minReadySeconds: -1 };
  await expect(box.apply({ ...invalid, spec })).rejects.toThrow('minReadySeconds');
  const [message] = await untilTold(box, 'CopiesSwept');
  expect(message).toMatch(/^Deleted a copy that no workload named any more: app-lockstep-\S+\.$/);
});
