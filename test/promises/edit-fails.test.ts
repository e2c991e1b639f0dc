import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { watchWorkloads } from '../../lab/control-plane/watch.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, secret, type WebOptions } from '../../lab/lockstep/manifests.ts';
import { PIN, subjectsOf } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { describeKinds } from '../kit/kinds.ts';
import { kubectlLockstepIn } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import {
  addClock,
  hashesOf,
  reading,
  rolledBy,
  SETTLE_FLAG,
  untilLookedAt,
  untilMoved,
} from './edit-acts.ts';
import { sandboxOf } from './sandbox-with.ts';
import { BAD, CHECKED, startGoodPods } from './starting-pods.ts';

const lockstep = useLockstep({
  sent: true,
  secrets: true,
  flags: [
    '--edit=on',
    SETTLE_FLAG,
    '--edit-rest=0s',
    '--edit-patience=3s',
    '--edit-concurrent=100',
    '--edit-concurrent-per-namespace=100',
    '--edit-secrets=watch',
    '--pin=on',
    '--lease=lockstep/lockstep',
  ],
  values: {
    'edit.enabled': 'true',
    'edit.secrets': 'watch',
    'secrets.enabled': 'true',
    'pin.enabled': 'true',
  },
});

const FIRST = { annotations: { 'lockstep.dev/first': 'true' } };

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

/** Workloads that read the ConfigMap `app`, by name. Their pods get ready with good configuration only. */
async function sharing(kind: Kind, workloads: Readonly<Record<string, WebOptions>>): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  stops.push(startGoodPods(lockstep().cluster, box));
  await addClock(box);
  const each = Object.entries(workloads);
  await box.apply(
    configMap({ a: '1' }),
    ...each.map(([name, more]) => kind.web({ name, replicas: 1, podSpec: CHECKED, ...more })),
  );
  await Promise.all(each.map(([name]) => box.untilRolledOut(name)));
  return box;
}

/** Edits the ConfigMap, waits until a rollout has failed, and says whose. */
async function failedBy(box: Sandbox, names: readonly string[]): Promise<readonly string[]> {
  const before = await hashesOf(box, names);
  await box.editConfig({ a: BAD });
  await eventually(async () => expect(await subjectsOf(box, 'RolloutAfterEditFailed')).not.toEqual([]), {
    what: 'the failure',
  });
  const after = await hashesOf(box, names);
  return names.filter((name) => after[name] !== before[name]);
}

const untilWaiting = (box: Sandbox, names: readonly string[]) =>
  eventually(
    async () =>
      expect(await subjectsOf(box, 'WaitsForEdit')).toEqual(names.map((name) => `${box.kind.kind}/${name}`)),
    { what: 'the events of those that wait' },
  );

/** Edits the ConfigMap, waits until all are in step, and says in which order they were written. */
async function orderAfter(box: Sandbox, a: string, names: readonly string[]): Promise<readonly string[]> {
  const before = await hashesOf(box, names);
  const watcher = await watchWorkloads(lockstep().cluster, box.namespace, box.kind.resource);
  const order = () => [
    ...new Set(
      watcher.events.flatMap(({ name, templateAnnotations }) => {
        const hash = templateAnnotations[CONFIG_HASH];
        return names.includes(name) && !Object.values(before).includes(hash) ? [name] : [];
      }),
    ),
  ];
  await box.editConfig({ a });
  await watcher.until(() => order().length === names.length, 60_000, 'the writes after the edit');
  await watcher.stop();
  await Promise.all(names.map((name) => box.untilRolledOut(name)));
  return order();
}

const stopped = () => lockstep().program().metric('lockstep_edit_workloads', { state: 'stopped' });

describeKinds('an edit with which pods do not get ready', (kind) => {
  test('rolls one workload, and a good one rolls all: the failed one first', async () => {
    const names = kind === DEPLOYMENT ? ['a', 'b', 'c', 'd'] : ['a', 'b'];
    const box = await sharing(kind, Object.fromEntries(names.map((name) => [name, {}])));
    const [failed, ...more] = await failedBy(box, names);
    expect(more).toEqual([]);
    const others = names.filter((name) => name !== failed);
    await untilWaiting(box, others);
    expect(await subjectsOf(box, 'RolloutAfterEditFailed')).toEqual([
      'ConfigMap/app',
      `${kind.kind}/${failed}`,
    ]);
    await eventually(async () => expect(await stopped()).toBeGreaterThanOrEqual(others.length));
    const status = [
      'status',
      '--drifted',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.state} {.reason}{"\\n"}{end}',
    ];
    const { out } = await kubectlLockstepIn(lockstep().cluster, box)(status);
    expect(out).toBe(others.map((name) => `${name} Waiting stopped\n`).join(''));

    const before = await hashesOf(box, names);
    await box.kubectl(['label', 'configmap/app', 'seen=yes']);
    await untilLookedAt(box);
    expect(await hashesOf(box, names)).toEqual(before);

    const [first, ...then] = await orderAfter(box, '2', names);
    expect(first).toBe(failed);
    expect([...then].sort()).toEqual(others);
    expect(new Set(Object.values(await hashesOf(box, names))).size).toBe(1);
  });
});

describe.concurrent('the workload whose pods do not get ready', () => {
  test('is the one that asks to be the first, and others stay when it is deleted', async () => {
    const names = ['a', 'b', 'z'];
    const box = await sharing(DEPLOYMENT, { a: {}, b: {}, z: FIRST });
    expect((await orderAfter(box, '2', names))[0]).toBe('z');
    expect(await failedBy(box, names)).toEqual(['z']);
    await untilWaiting(box, ['a', 'b']);
    const before = await hashesOf(box, ['a', 'b']);
    await box.kubectl(['delete', 'deployment/z']);
    await untilLookedAt(box);
    expect(await hashesOf(box, ['a', 'b'])).toEqual(before);
    // Nobody is left who could tell whether an edit has changed the content. So one more tries it.
    await box.kubectl(['label', 'configmap/app', 'seen=yes']);
    await eventually(async () => expect(await subjectsOf(box, 'RolloutAfterEditFailed')).toHaveLength(4));
    await untilLookedAt(box);
    const after = await hashesOf(box, ['a', 'b']);
    expect(['a', 'b'].filter((name) => after[name] !== before[name])).toHaveLength(1);
  });

  test.each([
    { undone: 'after its failure', labels: PIN, waits: true },
    { undone: 'before its failure', labels: PIN, waits: false },
    { undone: 'after its failure, without copies', labels: {}, waits: true },
  ])('proves nothing if it is undone $undone', async ({ labels, waits }) => {
    const names = ['a', 'web'];
    const box = await sharing(DEPLOYMENT, { a: {}, web: { ...FIRST, labels } });
    const before = await hashesOf(box, names);
    if (waits) expect(await failedBy(box, names)).toEqual(['web']);
    else {
      await box.editConfig({ a: BAD });
      await untilMoved(box, before['web']);
    }
    await box.kubectl(['rollout', 'undo', 'deployment/web']);
    await untilWaiting(box, ['a']);
    if (labels === PIN) await box.untilRolledOut();
    await untilLookedAt(box);
    expect((await hashesOf(box, ['a']))['a']).toBe(before['a']);
    expect(await orderAfter(box, '2', names)).toEqual(['web', 'a']);
  });
});

test.concurrent('the edit of a Secret that is watched rolls all pods once', async () => {
  const podSpec = reading({ envFrom: [{ secretRef: { name: 'db' } }] });
  const box = await sandboxOf(DEPLOYMENT, lockstep(), secret({ p: '1' }), DEPLOYMENT.web({ podSpec }));
  const patch = ['patch', 'secret/db', '--patch={"stringData":{"p":"2"}}'];
  expect(await rolledBy(box, () => box.kubectl(patch))).toBe(1);
});
