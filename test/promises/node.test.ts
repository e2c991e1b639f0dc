import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { WebOptions } from '../../lab/lockstep/manifests.ts';
import { eventsIn } from '../../lab/lockstep/pinned.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type Daemons, startDaemons } from './node-pods.ts';

const lockstep = useLockstep();

const running: Daemons[] = [];
afterAll(() => Promise.all(running.map((each) => each.end())));

async function start(nodes: number, options: WebOptions = {}, labels = {}): Promise<Daemons> {
  const daemons = await startDaemons(lockstep(), nodes, options, labels);
  running.push(daemons);
  return daemons;
}

/** What the reviews of a namespace's pods were answered with: `write drifted`. */
const answers = ({ box }: Daemons): string[] =>
  lockstep()
    .program()
    .lines.filter((line) => line.includes('"webhook":"node"') && line.includes(`"${box.namespace}"`))
    .map((line) => {
      const { decision, reason } = JSON.parse(line);
      return `${decision} ${reason}`;
    });

/** A line of the log may come later than the pod that it is about. */
const untilAnswered = (daemons: Daemons, expected: readonly string[]) =>
  eventually(() => expect(answers(daemons)).toEqual(expected), { what: 'the answers' });

/** The answers other than the one that nothing is to be done. */
const acts = (daemons: Daemons): string[] => answers(daemons).filter((each) => each !== 'leave in-step');

const REFUSED =
  'admission webhook "node.lockstep.dev" denied the request: configmap/app changed: all pods of daemonset/web roll. ' +
  'This pod had the old template, so its controller makes it again at once, with the new one';

/** One Event tells of the pod that was refused. */
async function expectOneRefusal(daemons: Daemons): Promise<void> {
  await eventually(async () => {
    const [event, ...others] = await eventsIn(daemons.box, 'FailedCreate');
    expect(event).toContain(REFUSED);
    expect(others).toEqual([]);
  });
  await eventually(() => expect(acts(daemons)).toEqual(['write drifted']));
}

describe.concurrent('Invariant 1, in step: a DaemonSet', () => {
  test('is brought into step by a node that joins after an edit, and no stale pod starts', async () => {
    const daemons = await start(2);
    const before = await daemons.box.marks();
    await daemons.box.editConfig({ a: '2' });
    await daemons.join(1);
    await daemons.untilRolledOut();
    const { hash } = await daemons.box.marks();
    expect(hash).not.toBe(before.hash);
    expect(daemons.started()).toEqual([hash, hash, hash]);
    expect(await daemons.rollouts()).toBe(1);
    await expectOneRefusal(daemons);
  });

  test('rolls once if five nodes join at the same time', async () => {
    const daemons = await start(1);
    await daemons.box.editConfig({ a: '2' });
    await daemons.join(5);
    await daemons.untilRolledOut();
    expect(await daemons.rollouts()).toBe(1);
    await expectOneRefusal(daemons);
  });

  test('costs one review for a node that joins without an edit', async () => {
    const daemons = await start(1);
    await daemons.join(1);
    await daemons.untilRolledOut();
    await untilAnswered(daemons, ['leave in-step', 'leave in-step']);
    expect(daemons.started()).toEqual([(await daemons.box.marks()).hash]);
    expect(await daemons.rollouts()).toBe(0);
  });

  test('rolls while somebody else writes it', async () => {
    // An update by itself rolls nothing here.
    const daemons = await start(1, { annotations: { 'lockstep.dev/roll-on': 'node' } });
    await daemons.box.editConfig({ a: '2' });
    const path = `/apis/apps/v1/namespaces/${daemons.box.namespace}/daemonsets/web`;
    const write = async () => {
      // Each may be a conflict for lockstep. All of them must end long before the deadline of its review.
      for (let i = 0; i < 12; i += 1) {
        const body = { metadata: { annotations: { note: String(i) } } };
        const patch = { method: 'PATCH', body, contentType: 'application/merge-patch+json' } as const;
        await (await lockstep().cluster.api.open(path, patch)).dump();
      }
    };
    await Promise.all([write(), daemons.join(1)]);
    await daemons.untilRolledOut();
    expect(await daemons.rollouts()).toBe(1);
    await expectOneRefusal(daemons);
  });

  test('with OnDelete, gives a pod that was deleted the new template, and leaves the others', async () => {
    const daemons = await start(2, { strategy: { type: 'OnDelete' } });
    const { hash } = await daemons.box.marks();
    await daemons.box.editConfig({ a: '2' });
    const [first] = daemons.pods.current();
    await daemons.box.kubectl(['delete', 'pod', first?.name ?? '']);
    await daemons.pods.until((events) => events.some(({ type }) => type === 'ADDED'));
    const now = (await daemons.box.marks()).hash;
    expect(now).not.toBe(hash);
    await daemons.untilEverywhere();
    expect(daemons.started()).toEqual([now]);
    const [event] = await eventsIn(daemons.box, 'FailedCreate');
    expect(event).toContain(
      'configmap/app changed: pods of daemonset/web change when you delete them. This pod',
    );
  });
});

describe.concurrent('Invariant 4, quiet: a DaemonSet', () => {
  test('whose pods write their own configuration rolls once, not for ever', async () => {
    // So long after each pod the next one is made. What the first has written is there by then, on a busy machine, too.
    const daemons = await start(2, { spec: { minReadySeconds: 2 } });
    const { box } = daemons;
    await box.editConfig({ a: 'edited' });
    const over = new AbortController();
    const write = async () => {
      for (let count = 1; count <= 12; count += 1) {
        await eventually(() => daemons.started().length >= count, { signal: over.signal, intervalMs: 10 });
        await box.editConfig({ a: `by pod ${count}` });
      }
    };
    const writing = write().catch(() => undefined);
    await daemons.join(1);
    await daemons.untilRolledOut();
    over.abort();
    await writing;
    expect(await daemons.rollouts()).toBe(1);
    expect(daemons.started()).toHaveLength(3);
    await eventually(() => expect(acts(daemons)).toContain('leave rollout-under-way'));
    // What the last pod has written counts at the next one.
    await daemons.join(1);
    await daemons.untilRolledOut();
    expect(await daemons.rollouts()).toBe(2);
  });

  test('does not roll on a node if its roll-on lacks it, and an Event says so', async () => {
    // As somebody has written it before there was `node`.
    const daemons = await start(1, { annotations: { 'lockstep.dev/roll-on': 'create,update,scale' } });
    const { box } = daemons;
    const { hash } = await box.marks();
    await box.editConfig({ a: '2' });
    await daemons.join(2);
    await daemons.untilEverywhere();
    expect(daemons.started()).toEqual([hash, hash]);
    expect(await daemons.rollouts()).toBe(0);
    await untilAnswered(daemons, ['leave in-step', 'leave roll-on', 'leave roll-on']);
    await eventually(async () => {
      expect(await eventsIn(box, 'ConfigurationDiffers')).toEqual([
        'configmap/app changed. A new pod starts with that, and the other pods do not roll: ' +
          'roll-on does not list "node". To roll all pods: kubectl rollout restart daemonset/web. ' +
          'To keep pods alike: lockstep.dev/pin: enabled.',
      ]);
    });
    await box.kubectl(['rollout', 'restart', 'daemonset/web']);
    await daemons.untilRolledOut();
    expect((await box.marks()).hash).not.toBe(hash);
  });
});

describe.concurrent('Invariant 7, checked, not believed: a pod that names a DaemonSet', () => {
  const podOf = (uid: string, name: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', uid, controller: true }],
      },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    });
  const createPod = (box: Daemons['box'], pod: string, ...args: string[]) =>
    box.kubectl(['create', '-f', '-', ...args], pod);

  test('starts no rollout, unless the DaemonSet’s controller makes it', async () => {
    const daemons = await start(1);
    const { box } = daemons;
    const { metadata } = await daemons.read();
    const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' };
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pods' };
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['create'] },
      { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get', 'update', 'patch'] },
    ];
    const api = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'pods' } };
    await box.apply(
      { ...api, kind: 'Role', rules },
      { ...api, kind: 'RoleBinding', subjects: [subject], roleRef: role },
    );
    await box.editConfig({ a: '2' });
    await createPod(box, podOf(metadata.uid, 'by-jane'), '--as=jane');
    // A user who may do all that the controller does counts as the controller. The DaemonSet is compared all the same.
    await createPod(box, podOf('00000000-0000-0000-0000-000000000000', 'of-another'));
    await untilAnswered(daemons, ['leave in-step', 'leave workload-gone']);
    await createPod(box, podOf(metadata.uid, 'dry'), '--dry-run=server');
    await untilAnswered(daemons, ['leave in-step', 'leave workload-gone', 'write drifted']);
    expect((await daemons.read()).metadata.generation).toBe(metadata.generation);
  });
});

describe('Invariant 5, never in the way: a DaemonSet', () => {
  test('gets its pods on a node that joins while lockstep is away, also with on-error: deny', async () => {
    const daemons = await start(1, {}, { 'lockstep.dev/on-error': 'deny' });
    await daemons.box.editConfig({ a: '2' });
    await lockstep().program().stop();
    await daemons.join(1);
    await daemons.untilEverywhere();
    expect(daemons.started()).toEqual([(await daemons.box.marks()).hash]);
    expect(await eventsIn(daemons.box, 'FailedCreate')).toEqual([]);
    await lockstep().restart();
  });
});
