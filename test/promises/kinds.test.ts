import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseObject } from '../../lab/control-plane/objects.ts';
import { DAEMON_SET, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BASELINE, CONFIG_HASH } from '../../src/marks/names.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { setsAfter } from '../kit/rollouts.ts';
import { manage, UNMANAGED } from '../kit/unmanaged.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

const ON_DELETE = { type: 'OnDelete' };
const fromOrdinal = (partition: number) => ({ type: 'RollingUpdate', rollingUpdate: { partition } });

/** `web` of this kind, whose pods hold a=1. */
async function running(kind: Kind, options: object = {}, labels = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels, kind);
  await box.apply(configMap({ a: '1' }), kind.web(options));
  await untilReady(box);
  return box;
}

async function pods(box: Sandbox) {
  const watcher = await box.pods();
  const current = watcher.current();
  await watcher.stop();
  return current;
}

/** Waits for all pods, of whatever template: `kubectl rollout status` knows no OnDelete. */
async function untilReady(box: Sandbox, deleted?: string): Promise<void> {
  const ready = async () => {
    const { spec, status } = parseObject(await box.read(box.kind.resource, 'web'));
    const wanted = spec?.replicas ?? status?.desiredNumberScheduled ?? 0;
    const now = await pods(box);
    const isReady = now.every(({ uid, phase }) => phase === 'Running' && uid !== deleted);
    return isReady && wanted > 0 && now.length === wanted;
  };
  await eventually(ready, { timeoutMs: 60_000, what: `all pods of ${box.subject}` });
}

const update = (box: Sandbox) => box.kubectl(['annotate', box.subject, `at=${Date.now()}`, '--overwrite']);
const uidsOf = async (box: Sandbox) => (await pods(box)).map(({ uid }) => uid).sort();
const hashes = async (box: Sandbox) =>
  new Set((await pods(box)).map(({ annotations }) => annotations[CONFIG_HASH]));

describe.concurrent('Invariant 1, in step: a StatefulSet by its strategy', () => {
  test('a partition: a drifted scale-up rolls pods from its ordinal on, and says so', async () => {
    // The partition counts from the first ordinal.
    const box = await running(STATEFUL_SET, {
      replicas: 3,
      strategy: fromOrdinal(2),
      spec: { ordinals: { start: 4 } },
    });
    const before = (await box.marks()).hash;
    await box.editConfig({ a: '2' });
    expectWarning(
      await box.kubectl(['scale', box.subject, '--replicas=5']),
      `configmap/app changed: pods of ${box.subject} from ordinal 6 on roll`,
    );
    await box.untilRolledOut();
    const now = (await box.marks()).hash;
    const byName = new Map(
      (await pods(box)).map(({ name, annotations }) => [name, annotations[CONFIG_HASH]]),
    );
    expect([...byName].sort()).toEqual([
      ['web-4', before],
      ['web-5', before],
      ['web-6', now],
      ['web-7', now],
      ['web-8', now],
    ]);
  });

  test('a partition above all pods: new ones below it are of the earlier template, and a warning says so', async () => {
    const box = await running(STATEFUL_SET, { replicas: 1, strategy: fromOrdinal(5) });
    const before = (await box.marks()).hash;
    await box.editConfig({ a: '2' });
    expectWarning(
      await box.kubectl(['scale', box.subject, '--replicas=2']),
      `configmap/app changed: all pods of ${box.subject} roll when you lower the partition, and new ones below ordinal 5 start from the earlier template`,
    );
    await eventually(async () => (await pods(box)).length === 2, { what: 'the second pod' });
    expect(await hashes(box)).toEqual(new Set([before]));
    expect((await box.marks()).hash).not.toBe(before);
  });

  test('a rolling update: a scale-up that starts one takes capacity first, and says so', async () => {
    const box = await running(STATEFUL_SET);
    await box.editConfig({ a: '2' });
    expectWarning(
      await box.kubectl(['scale', box.subject, '--replicas=4']),
      `configmap/app changed: all pods of ${box.subject} roll, one stopping before new ones start`,
    );
    await box.untilRolledOut();
    expect(await hashes(box)).toEqual(new Set([(await box.marks()).hash]));
  });
});

test('Invariant 1, in step: a DaemonSet made anew keeps pods of an earlier template, and adoption sees them', async () => {
  const box = await lockstep().sandbox(UNMANAGED, DAEMON_SET);
  await box.apply(configMap({ a: '1' }), DAEMON_SET.web());
  await untilReady(box);
  const uids = await uidsOf(box);
  await laterSecond();
  await box.editConfig({ a: '2' });
  await box.kubectl(['delete', box.subject, '--cascade=orphan']);
  await box.apply(DAEMON_SET.web({ image: 'web:2' }));
  await box.untilRolledOut();
  // Its controller takes the pod for up to date, and the pod holds a=1.
  expect(await uidsOf(box)).toEqual(uids);
  await manage(lockstep(), box);
  expectWarning(
    await update(box),
    `pods of ${box.subject} may hold different versions of configmap/app: all roll once`,
  );
});

describe.concurrent.each([STATEFUL_SET, DAEMON_SET])('$kind: what differs from a Deployment', (kind) => {
  test('OnDelete: the template follows, pods change when somebody deletes them', async () => {
    const box = await running(kind, { strategy: ON_DELETE });
    const [first] = await pods(box);
    const uids = await uidsOf(box);
    await box.editConfig({ a: '2' });
    expectWarning(
      await update(box),
      `configmap/app changed: pods of ${box.subject} change when you delete them`,
    );
    expect(await uidsOf(box)).toEqual(uids);
    await box.kubectl(['delete', 'pod', first?.name ?? '']);
    const { hash } = await box.marks();
    await eventually(async () => (await hashes(box)).has(hash), { what: 'the new pod' });
  });

  test('Invariant 1, in step: OnDelete keeps pods of earlier templates, and adoption sees them', async () => {
    const box = await lockstep().sandbox(UNMANAGED, kind);
    await box.apply(configMap({ a: '1' }), kind.web({ strategy: ON_DELETE }));
    await untilReady(box);
    await laterSecond();
    await box.editConfig({ a: '2' });
    await laterSecond();
    await box.apply(kind.web({ strategy: ON_DELETE, image: 'web:2' }));
    if (kind.scales) {
      // One pod of the present template, which holds a=2. The other one holds a=1.
      const second = (await pods(box)).find(({ name }) => name === 'web-1');
      await box.kubectl(['delete', 'pod', 'web-1']);
      await untilReady(box, second?.uid);
    }
    await manage(lockstep(), box);
    expectWarning(
      await update(box),
      `pods of ${box.subject} may hold different versions of configmap/app: they change when you delete them`,
    );
  });

  test('Invariant 4, quiet: delete with --cascade=orphan and create again restarts nobody', async () => {
    const box = await running(kind);
    const uids = await uidsOf(box);
    const sets = await setsAfter(box, async () => {
      await box.kubectl(['delete', box.subject, '--cascade=orphan']);
      const other = { spec: { minReadySeconds: 1 } };
      expectSilence(await box.apply(kind.web(other)));
    });
    expect(sets).toBe(0);
    expect(await uidsOf(box)).toEqual(uids);
  });

  test('Invariant 4, quiet: the same where lockstep has only recorded what the pods hold', async () => {
    const box = await lockstep().sandbox(UNMANAGED, kind);
    await box.apply(configMap({ a: '1' }));
    await laterSecond();
    await box.apply(kind.web());
    await box.untilRolledOut();
    await manage(lockstep(), box);
    expectSilence(await update(box));
    const uids = await uidsOf(box);
    await box.kubectl(['delete', box.subject, '--cascade=orphan']);
    expectSilence(await box.apply(kind.web()));
    await box.untilRolledOut();
    expect(await uidsOf(box)).toEqual(uids);
    expect((await box.marks()).hash).toBeUndefined();
    expect(JSON.stringify(await box.read(kind.resource, 'web'))).toContain(BASELINE);
  });

  test('Invariant 1, in step: an edit between delete and create rolls the pods', async () => {
    const box = await running(kind);
    await box.kubectl(['delete', box.subject, '--cascade=orphan']);
    await box.editConfig({ a: '2' });
    const { stderr } = await box.apply(kind.web());
    if (kind === DAEMON_SET) {
      // The DaemonSet controller takes adopted pods for up to date, as their label pod-template-generation is 1, too.
      expect(stderr).toContain(`configmap/app changed: pods of ${box.subject} may stay until you restart it`);
      await box.kubectl(['rollout', 'restart', box.subject]);
    } else expect(stderr).toContain(`configmap/app changed: all pods of ${box.subject} roll`);
    await box.untilRolledOut();
    expect(await hashes(box)).toEqual(new Set([(await box.marks()).hash]));
  });

  test('Invariant 1, in step: an undo brings back the template under the configuration of today', async () => {
    const box = await running(kind);
    await box.apply(kind.web({ image: 'web:2' }));
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    await update(box);
    await box.untilRolledOut();
    const { hash } = await box.marks();
    expectWarning(
      await box.kubectl(['rollout', 'undo', box.subject, '--to-revision=1']),
      `undo of ${box.subject} brings back the template, not the configuration: today's configuration applies`,
    );
    await box.untilRolledOut();
    expect((await box.marks()).hash).toBe(hash);
    expect(await hashes(box)).toEqual(new Set([hash]));
    expect(JSON.stringify(await box.read(kind.resource, 'web'))).toContain('web:1');
  });
});
