import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, secret, web, webSet } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOf,
  copyOf,
  eventsIn,
  PIN,
  podsIn,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { HOLD, holding } from '../kit/held.ts';
import { endPod, job, jobUid, untilPods } from '../kit/jobs.ts';
import { describeKinds, PINNED_KINDS, podCount, SCALED_KINDS } from '../kit/kinds.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';
import { sandboxOf, sandboxWith } from './sandbox-with.ts';

const values = {
  ...PATIENT.values,
  'pin.enabled': 'true',
  'secrets.enabled': 'true',
  'holdUntilConfigured.enabled': 'true',
};
const lockstep = useLockstep({ onlyApiServer: true, values });

beforeAll(async () => {
  const keyFile = join(lockstep().folder, 'keys');
  await writeFile(keyFile, 'a key of the installation, and not a short one', { mode: 0o600 });
  const flags = ['--pin=on', '--hold-until-configured=on', '--secrets=on', '--secrets-key-file', keyFile];
  await lockstep().restart([...PATIENT.flags, ...flags]);
});

/** What a user reads while something is missing that pods need. */
const missing = (what: string, { namespace, subject }: Sandbox, how = 'as new pods could not start') =>
  `${what} missing in namespace ${namespace}: lockstep does not roll ${subject}, ${how}`;
const remove = (box: Sandbox, what: string) => box.kubectl(['delete', ...what.split('/')]);
const label = (box: Sandbox, text: string) => box.kubectl(['label', '--overwrite', box.subject, text]);
/** Changes keys of an object. A key with null is removed. */
const patch = (box: Sandbox, what: string, change: object) =>
  box.kubectl(['patch', what, '--type=merge', '--patch', JSON.stringify(change)]);

const env = (name: string, kind: 'configMapKeyRef' | 'secretKeyRef', key: string, optional = false) => ({
  name: key.toUpperCase(),
  valueFrom: { [kind]: { name, key, optional } },
});
const container = (entries: object) => ({ containers: [{ name: 'web', image: 'web:1', ...entries }] });

/** A strategy that does not keep old pods until new ones are ready. */
const ALL_AT_ONCE = {
  Deployment: { strategy: { type: 'Recreate' } },
  StatefulSet: { spec: { podManagementPolicy: 'Parallel' } },
  DaemonSet: {},
} as const;

/** No call of these starts a rollout or changes a mark, and each of them tells why. */
async function expectStays(box: Sandbox, told: string, calls: (() => ReturnType<Sandbox['kubectl']>)[]) {
  const before = await box.marks();
  const sets = await setsAfter(box, async () => {
    for (const call of calls) expectWarning(await call(), told);
  });
  expect(sets).toBe(0);
  expect(await box.marks()).toEqual(before);
}

/** One rollout, at the first of two scale-ups. */
async function expectRollsOnce(box: Sandbox, told: string, from: number) {
  const sets = await setsAfter(box, async () => {
    expectWarning(await scale(box, from + 1), told);
    expectSilence(await scale(box, from + 2));
  });
  expect(sets).toBe(1);
}

describeKinds('Invariant 8, never worse than without', (kind) => {
  test('a required source that is gone starts no rollout, whatever the call', async () => {
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
    await remove(box, 'configmap/app');
    await expectStays(box, `${missing('configmap/app is', box)}. Restore it or edit the template`, [
      () => box.kubectl(['annotate', box.subject, 'note=1']),
      () => box.apply(kind.web({ replicas: 3, labels: { x: 'y' } })),
      () => box.replace(kind.web({ replicas: 3, labels: { x: 'z' } })),
    ]);
  });

  test('a rollout undo while it is gone changes nothing, and brings no template back that cannot start', async () => {
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box, 3), rolls(box));
    await box.untilRolledOut();
    await remove(box, 'configmap/app');
    await expectStays(box, missing('configmap/app is', box), [
      () => box.kubectl(['rollout', 'undo', box.subject]),
    ]);
  });

  test('a key that is gone starts no rollout, also beside one that changed, and however often it is read', async () => {
    const podSpec = container({
      env: [env('app', 'configMapKeyRef', 'a'), env('app', 'configMapKeyRef', 'b', true)],
    });
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1', b: '1' }), kind.web({ podSpec }));
    // An environment variable is read from `data` only.
    await patch(box, 'configmap/app', { data: { a: null, b: '2' }, binaryData: { a: 'MQ==' } });
    const hits = () => lockstep().program().metric('lockstep_digest_cache_total', { result: 'hit' });
    const before = await hits();
    await expectStays(box, missing('key a of configmap/app is', box), [
      () => label(box, 'x=y'),
      () => scale(box, 3),
    ]);
    expect(await hits()).toBeGreaterThan(before);
    await patch(box, 'configmap/app', { data: { a: '1' }, binaryData: null });
    await expectRollsOnce(box, rolls(box), 3);
    // An optional key moves.
    await patch(box, 'configmap/app', { data: { b: null } });
    expectWarning(await label(box, 'x=z'), rolls(box));
  });

  test('a key of a volume that no mount shows is needed, too', async () => {
    const items = ['shown', 'hidden'].map((key) => ({ key, path: key }));
    const volumes = [{ name: 'files', projected: { sources: [{ configMap: { name: 'files', items } }] } }];
    const mounts = [{ name: 'files', mountPath: '/file', subPath: 'shown' }];
    const podSpec = {
      ...container({ volumeMounts: mounts, envFrom: [{ configMapRef: { name: 'app' } }] }),
      volumes,
    };
    const files = configMap({ shown: '1', hidden: '1' }, 'files');
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), files, kind.web({ podSpec }));
    await patch(box, 'configmap/files', { data: { hidden: null } });
    // It does not count, so the workload is in step.
    expectSilence(await label(box, 'x=y'));
    await box.editConfig({ a: '2' });
    await expectStays(box, missing('key hidden of configmap/files is', box), [() => scale(box, 3)]);
    await patch(box, 'configmap/files', { data: { hidden: '2' } });
    expectWarning(await scale(box, 4), rolls(box));
  });

  test('a Secret that is gone, and a key of one, start no rollout', async () => {
    const podSpec = container({
      env: [env('db', 'secretKeyRef', 'user'), env('db', 'secretKeyRef', 'password')],
    });
    const box = await sandboxOf(
      kind,
      lockstep(),
      secret({ user: 'u', password: 'p' }),
      kind.web({ podSpec }),
    );
    await patch(box, 'secret/db', { data: { user: null, password: null } });
    await expectStays(box, missing('key password of secret/db and 1 more are', box), [() => scale(box, 3)]);
    await remove(box, 'secret/db');
    await expectStays(box, missing('secret/db is', box), [() => label(box, 'x=y')]);
    await box.apply(secret({ user: 'u', password: 'p' }));
    expectSilence(await scale(box, 4));
  });

  test('a source that pods start without rolls when it is gone, unless another one is missing that they need', async () => {
    const podSpec = container({
      envFrom: [{ configMapRef: { name: 'app' } }, { configMapRef: { name: 'flags', optional: true } }],
    });
    const annotations = { 'lockstep.dev/include': 'configmap/read' };
    const objects = [configMap({ a: '1' }), configMap({ b: '1' }, 'flags'), configMap({ c: '1' }, 'read')];
    const box = await sandboxOf(kind, lockstep(), ...objects, kind.web({ podSpec, annotations }));
    await remove(box, 'configmap/read');
    expectWarning(await scale(box, 3), rolls(box, 'configmap/read'));
    await remove(box, 'configmap/flags');
    await remove(box, 'configmap/app');
    await expectStays(box, missing('configmap/app is', box), [() => scale(box, 4)]);
    await box.apply(configMap({ a: '1' }));
    expectWarning(await scale(box, 5), rolls(box, 'configmap/flags'));
  });

  test('a workload that was never recorded neither rolls nor is recorded while a source is gone', async () => {
    const labels = { 'lockstep.dev/inject': 'disabled' };
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web({ labels }));
    await remove(box, 'configmap/app');
    const told = missing('configmap/app is', box);
    await expectStays(box, told, [() => label(box, 'lockstep.dev/inject-'), () => scale(box, 3)]);
    expect((await box.marks()).hash).toBeUndefined();
    expect(await annotationsOf(box)).not.toHaveProperty('lockstep.dev/baseline');
  });

  test('a template that changes anyway records what is there, and a warning says that its pods cannot start', async () => {
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
    await remove(box, 'configmap/app');
    expectWarning(
      await box.kubectl(['set', 'image', box.subject, 'web=web:2']),
      `configmap/app is missing in namespace ${box.namespace}: new pods of ${box.subject} cannot start until it is there`,
    );
    expect((await box.marks()).sources).toBe('{"configmap/app":"absent"}');
    // Its pods lack the source since then, so nothing more is said.
    expectSilence(await label(box, 'x=y'));
  });
});

describeKinds(
  'Invariant 8, never worse than without, at a scale',
  (kind) => {
    test('a workload without pods has none to lose, and rolls none', async () => {
      const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web({ replicas: 0 }));
      await box.editConfig({ a: '2' });
      expectSilence(await scale(box, 2));
      await box.editConfig({ a: '3' });
      expectSilence(await box.kubectl(['patch', box.subject, '--patch={"spec":{"replicas":0}}']));
      await remove(box, 'configmap/app');
      expectWarning(
        await scale(box, 2),
        `configmap/app is missing in namespace ${box.namespace}: new pods of ${box.subject} cannot start until it is there`,
      );
      expect((await box.marks()).sources).toBe('{"configmap/app":"absent"}');
    });
  },
  SCALED_KINDS,
);

describeKinds(
  'Invariant 8, never worse than without, of pinned workloads',
  (kind) => {
    test('the copies go on, for new pods and for an undo, and a hold does not end', async ({ expect }) => {
      const box = await sandboxOf(
        kind,
        lockstep(),
        configMap({ a: '1' }),
        kind.web({ labels: PIN, replicas: 1 }),
      );
      const first = await copyOf(box);
      await box.editConfig({ a: '2' });
      expectWarning(await label(box, 'x=y'), rolls(box));
      await box.untilRolledOut();
      const second = await copyOf(box);
      const told = missing('configmap/app is', box, 'whose pods read copies');
      const undo = () => box.kubectl(['rollout', 'undo', box.subject]);
      const HELD = `${box.subject} is back at its earlier configuration`;
      await remove(box, 'configmap/app');
      await expectStays(box, told, [() => scale(box, 2)]);
      await expect.poll(() => readBy(box)).toEqual(Array(podCount(kind, 2)).fill([second]));
      expectWarning(await undo(), HELD);
      await expect.poll(() => readBy(box)).toEqual(Array(podCount(kind, 2)).fill([first]));
      // It is held against the configuration without the source. With the source, the next call ends the hold.
      await box.apply(configMap({ a: '2' }));
      expectWarning(await label(box, 'x=z'), rolls(box));
      await box.untilRolledOut();
      expectWarning(await undo(), HELD);
      await remove(box, 'configmap/app');
      await expectStays(box, told, [() => scale(box, 3)]);
      expect(await annotationsOf(box)).toHaveProperty('lockstep.dev/held');
    });

    test('held: what is gone since the undo counts as well, and an undo says what its pods wait for', async () => {
      const refs = ['app', 'flags', 'live'].map((name) => ({ configMapRef: { name } }));
      // A source with single keys that are ignored is not pinned.
      const annotations = { 'lockstep.dev/ignore': 'configmap/live#unused' };
      const podSpec = container({ envFrom: refs });
      const objects = ['app', 'flags', 'live'].map((name) => configMap({ a: '1' }, name));
      const box = await lockstep().sandbox({}, kind);
      await box.apply(...objects, kind.web({ labels: PIN, annotations, podSpec, ...ALL_AT_ONCE[kind.kind] }));
      await box.untilRolledOut();
      await box.editConfig({ a: '2' });
      await label(box, 'x=y');
      await box.untilRolledOut();
      await remove(box, 'configmap/app');
      await remove(box, 'configmap/live');
      const undone = await box.kubectl(['rollout', 'undo', box.subject]);
      expectWarning(undone, `${box.subject} is back at its earlier configuration`);
      expectWarning(
        undone,
        `configmap/live is missing in namespace ${box.namespace}: new pods of ${box.subject} cannot start`,
      );
      await box.untilRolledOut();
      await box.apply(configMap({ a: '1' }, 'live'));
      // It is held against what lacks the source. Its pods have it, from a copy.
      await box.editConfig({ a: '2' }, 'flags');
      await expectStays(box, missing('configmap/app is', box, 'whose pods read copies'), [
        () => label(box, 'x=z'),
      ]);
    });
  },
  PINNED_KINDS,
);

describe.concurrent('Invariant 8, never worse than without, with Recreate', () => {
  test('all pods serve on until it is back; then they stop, if it holds something else', async () => {
    const box = await sandboxWith(lockstep(), configMap({ a: '1' }), web({ strategy: { type: 'Recreate' } }));
    const pods = async () => (await podsIn(box)).map(({ name }) => name).sort();
    const before = await pods();
    await remove(box, 'configmap/app');
    await expectStays(box, missing('configmap/app is', box), [() => label(box, 'x=y')]);
    expect(await pods()).toEqual(before);
    await box.apply(configMap({ a: '1' }));
    expectSilence(await label(box, 'x=z'));
    expect(await pods()).toEqual(before);
    await remove(box, 'configmap/app');
    await box.apply(configMap({ a: '2' }));
    await expectRollsOnce(
      box,
      `configmap/app changed: all pods of ${box.subject} stop first, then the new ones start`,
      2,
    );
  });
});

const toldOfHold = (what: string, { namespace, subject }: Sandbox) =>
  `${what} missing in namespace ${namespace}: ${subject} gets no new pods before (lockstep.dev/hold-until-configured)`;
const refusal = (what: string, { namespace, subject }: Sandbox) =>
  `${what} missing in namespace ${namespace}, and ${subject} asks to wait for it (lockstep.dev/hold-until-configured)`;
const untilRefused = (box: Sandbox, what: string) =>
  eventually(async () =>
    (await eventsIn(box, 'FailedCreate')).some((text) => text.includes(refusal(what, box))),
  );
const untilGone = (box: Sandbox, pod: string) =>
  eventually(async () => (await podsIn(box)).every(({ name }) => name !== pod));

describeKinds('Pods are held until they are configured', (kind) => {
  test('a workload that comes before its sources gets its pods with them, key by key', async () => {
    const box = await lockstep().sandbox({}, kind);
    const podSpec = container({
      envFrom: [{ configMapRef: { name: 'more', optional: true } }],
      env: [env('app', 'configMapKeyRef', 'a'), env('db', 'secretKeyRef', 'b')],
    });
    await box.apply(configMap({ other: '1' }));
    const created = await box.apply(holding(kind.web({ podSpec })));
    expectWarning(created, toldOfHold('key a of configmap/app and 1 more are', box));
    await eventually(async () => (await eventsIn(box, 'FailedCreate')).length > 0);
    await patch(box, 'configmap/app', { data: { a: '1' } });
    await untilRefused(box, 'secret/db is');
    expect(await podsIn(box)).toEqual([]);
    await box.apply(secret({ b: '1' }));
    await box.untilRolledOut();
    expect(await podsIn(box)).toHaveLength(podCount(kind, 2));
  });

  test('a template that is mended meanwhile is taken up, and old pods serve on until then', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }), holding(kind.web()));
    await box.untilRolledOut();
    const moved = container({ envFrom: [{ configMapRef: { name: 'later' } }] });
    const told = await box.apply(holding(kind.web({ podSpec: moved })));
    expectWarning(told, toldOfHold('configmap/later is', box));
    await untilRefused(box, 'configmap/later is');
    if (kind.scales) expect((await readBy(box)).filter((names) => names.includes('app'))).not.toEqual([]);
    expect((await readBy(box)).filter((names) => names.includes('later'))).toEqual([]);
    await box.apply(kind.web({ podSpec: moved, image: 'web:2' }));
    await box.untilRolledOut();
    expect(await readBy(box)).toEqual(Array(podCount(kind, 2)).fill(['later']));
  });

  test('pinned pods read their copies, and wait for no source', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }), holding(kind.web({ labels: PIN })));
    await box.untilRolledOut();
    const copy = await copyOf(box);
    await remove(box, 'configmap/app');
    await replacePods(box);
    expect(await readBy(box)).toEqual(Array(podCount(kind, 2)).fill([copy]));
    expect(await eventsIn(box, 'FailedCreate')).toEqual([]);
  });

  test('where it does not count, a warning says so, and pods are made', async () => {
    const box = await lockstep().sandbox({}, kind);
    const wrong = await box.apply(holding(kind.web({ annotations: HOLD, labels: HOLD }), {}));
    const annotation = `annotation lockstep.dev/hold-until-configured on ${box.subject}: "true"`;
    expectWarning(wrong, `${annotation} does not reach its pods: annotate the pod template`);
    expectWarning(wrong, `${annotation} is a label on the workload, and an annotation of its pod template`);
    await box.untilRolledOut();
    expect(await podsIn(box)).toHaveLength(podCount(kind, 2));
  });
});

/** How often a controller was refused a pod. It pauses about as long again as it has tried already. */
const refusals = async (box: Sandbox): Promise<number> => {
  const { items } = Object(await box.read('events'));
  return Math.max(
    0,
    ...items.map(({ reason, count }: { reason: string; count?: number }) =>
      reason === 'FailedCreate' ? (count ?? 1) : 0,
    ),
  );
};

describe.concurrent('Pods are held until they are configured', () => {
  test('a call after the source has come makes a new revision, which begins without a pause', async () => {
    const box = await lockstep().sandbox();
    await box.apply(holding(web()));
    // Each try waits twice as long as the one before. The next is some ten seconds away, also on a busy machine.
    await eventually(async () => (await refusals(box)) >= 11);
    await box.apply(configMap({ a: '1' }));
    const sets = await setsAfter(box, async () => expectWarning(await label(box, 'x=y'), rolls(box)));
    expect(sets).toBe(1);
    const owners = new Set((await podsIn(box)).map(({ owner }) => owner));
    expect(owners.size).toBe(1);
    expect(await refusals(box)).toBeLessThan(13);
    expect(JSON.parse((await box.marks()).sources ?? '{}')).not.toEqual({ 'configmap/app': 'absent' });
    expectSilence(await label(box, 'x=z'));
  });

  test('a pod of an earlier template of a StatefulSet does not keep a mended one from rolling', async () => {
    const box = await lockstep().sandbox({}, STATEFUL_SET);
    // Its controller makes the lower ordinals of the earlier template, for as long as they have not rolled.
    const options = { strategy: { type: 'RollingUpdate' }, spec: { podManagementPolicy: 'Parallel' } };
    await box.apply(configMap({ a: '1' }), holding(webSet(options)));
    await box.untilRolledOut();
    await remove(box, 'configmap/app');
    await box.kubectl(['delete', 'pod/web-0', '--wait=false']);
    await untilRefused(box, 'configmap/app is');
    await untilGone(box, 'web-0');
    await box.apply(webSet({ ...options, podSpec: container({}) }));
    await box.untilRolledOut();
    expect(await readBy(box)).toEqual([[], []]);
  });

  test('those of a Job, but not those that read the copies of its first pod', async () => {
    const box = await lockstep().sandbox();
    await box.apply(holding(job({ labels: PIN, spec: { completions: 2 } })));
    await untilRefused({ ...box, subject: 'job/task' }, 'configmap/app is');
    await box.apply(configMap({ a: '1' }));
    await untilPods(box, 1);
    await remove(box, 'configmap/app');
    await endPod(box, 'Succeeded');
    await untilPods(box, 2);
    const copy = `app-lockstep-job-${await jobUid(box)}`;
    expect(await readBy(box)).toEqual([[copy], [copy]]);
  });
});
