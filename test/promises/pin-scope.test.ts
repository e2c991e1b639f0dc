import { describe, expect, test } from 'vitest';
import { untilRolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOfTemplate,
  copiesIn,
  copyOf,
  eventsIn,
  ownersIn,
  PIN,
  podsIn,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { COPY_LABEL, PINNED } from '../../src/marks/names.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, PINNED_KINDS, podCount, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });

const patches = () =>
  lockstep().program().metric('lockstep_api_requests_total', { verb: 'patch', resource: 'configmaps' });

/** Every way to read `more`, if it exists. */
const everyWay = (() => {
  const optional = true;
  const sources = [{ configMap: { name: 'more', optional } }, { secret: { name: 'more', optional } }];
  const more = [
    { configMapRef: { name: 'more', optional } },
    { secretRef: { name: 'more', optional } },
    { configMapRef: { name: 'app' } },
  ];
  const env = [
    { name: 'B', valueFrom: { configMapKeyRef: { name: 'more', key: 'b', optional } } },
    { name: 'C', valueFrom: { secretKeyRef: { name: 'more', key: 'b', optional } } },
    { name: 'D', value: 'd' },
  ];
  return {
    initContainers: [{ name: 'init', image: 'web:1', env, envFrom: more }],
    containers: [{ name: 'web', image: 'web:1', env, envFrom: more }],
    volumes: [
      { name: 'v', configMap: { name: 'more', optional } },
      { name: 'w', secret: { secretName: 'more', optional } },
      { name: 'x', projected: { sources } },
    ],
  };
})();

/** Pods that also read `more`, if it exists. */
const optional = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'app' } }, { configMapRef: { name: 'more', optional: true } }],
    },
  ],
};

/** All pods of a workload, if it has replicas of this number, read this. */
const allRead = ({ kind }: Sandbox, name: string, replicas: number) =>
  Array.from({ length: podCount(kind, replicas) }, () => [name]);

describeKinds('an immutable ConfigMap that is deleted and made anew under its name', (kind) => {
  const immutable = (a: string) => ({ ...configMap({ a }), immutable: true });
  const remade = ({ subject }: Sandbox) =>
    `immutable configmap/app was made anew: nodes may give new pods of ${subject} its old content`;

  async function remake(box: Sandbox): Promise<void> {
    await box.kubectl(['delete', 'configmap', 'app']);
    await box.apply(immutable('2'));
  }

  test('is told of by a warning, and by an event about the workload unless the call is a dry run', async ({
    expect,
  }) => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(immutable('1'), kind.web());
    await box.untilRolledOut();
    await remake(box);
    const image = ['set', 'image', box.subject, 'web=web:2', '--dry-run=server'];
    expectWarning(await box.kubectl(image), remade(box));
    if (kind.scales)
      expectWarning(
        await box.kubectl(['scale', box.subject, '--replicas=3', '--dry-run=server']),
        remade(box),
      );
    expect(await eventsIn(box, 'ImmutableSourceRecreated')).toEqual([]);
    const told = await scale(box, 3);
    expectWarning(told, rolls(box));
    expectWarning(told, `${remade(box)}. Use a new name, or pin`);
    await expect
      .poll(() => eventsIn(box, 'ImmutableSourceRecreated'))
      .toEqual([
        expect.stringContaining('Immutable sources were made anew under their names: configmap/app.'),
      ]);
  });

  test('is no matter of a pinned workload, whose copies have names of their own', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(immutable('1'), kind.web({ labels: PIN }));
    await box.untilRolledOut();
    await remake(box);
    const told = await scale(box, 3);
    expectWarning(told, rolls(box));
    expect(told.stderr).not.toContain('made anew');
    await box.untilRolledOut();
    expect(await readBy(box)).toEqual(allRead(box, await copyOf(box), 3));
    expect(await eventsIn(box, 'ImmutableSourceRecreated')).toEqual([]);
  });

  test('is not taken for one that was made immutable after an edit', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }));
    // Pods start after the ConfigMap was made, and times have steps of a second.
    await laterSecond();
    await box.apply(kind.web());
    await box.untilRolledOut();
    await box.apply(immutable('2'));
    const told = await scale(box, 3);
    expectWarning(told, rolls(box));
    expect(told.stderr).not.toContain('made anew');
  });
});

describe('pin copies', () => {
  test('no absent optional source, which stays absent even if it is created later', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ labels: PIN, podSpec: optional }));
    await box.untilRolledOut();
    const names = [await copyOf(box)];
    await box.apply(configMap({ b: '1' }, 'more'));
    await replacePods(box);
    expect(await readBy(box)).toEqual([names, names]);
    expect(await copiesIn(box)).toHaveLength(1);
    // The next call sees that it has appeared.
    expectWarning(await scale(box, 3), 'configmap/more changed: all pods of deployment/web roll');
    await box.untilRolledOut();
    expect((await copiesIn(box)).map(({ data }) => data)).toContainEqual({ b: '1' });
  });

  test('no absent source that a pod could read in any way, not even one under a name that lockstep points at', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ labels: PIN, replicas: 1, podSpec: everyWay }));
    await box.untilRolledOut();
    const nowhere = 'more-lockstep-absent_';
    // Secrets are switched off here, so lockstep leaves references to them.
    expect(await readBy(box)).toEqual([[await copyOf(box), 'more', nowhere]]);
    const [pod] = await podsIn(box);
    const left = { env: [{ name: 'C' }, { name: 'D' }], envFrom: [{ secretRef: {} }, { configMapRef: {} }] };
    expect(pod?.spec).toMatchObject({ initContainers: [left], containers: [left] });
    const made = box.kubectl(['create', 'configmap', nowhere]);
    await expect(made).rejects.toThrow('a lowercase RFC 1123 subdomain must consist of');
  });

  test('no required source that is absent, and a warning says so', async () => {
    const box = await lockstep().sandbox();
    expectWarning(
      await box.apply(web({ labels: PIN })),
      'configmap/app stays live in pods of deployment/web: it does not exist',
    );
    expect((await annotationsOfTemplate(box))[PINNED]).toBeUndefined();
  });

  test('no source with ignored keys, and a warning says so; it copies all others', async () => {
    const box = await lockstep().sandbox();
    const annotations = { 'lockstep.dev/ignore': 'configmap/more#debug' };
    const told = await box.apply(
      configMap({ a: '1' }),
      configMap({ b: '1', debug: 'on' }, 'more'),
      web({ labels: PIN, annotations, podSpec: optional }),
    );
    expectWarning(told, 'configmap/more stays live in pods of deployment/web: some of its keys are ignored');
    await box.untilRolledOut();
    const names = [await copyOf(box), 'more'].sort();
    expect(await readBy(box)).toEqual([names, names]);
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });

  test('no trusted CAs: neither those of an API client, nor those that a program keeps current', async () => {
    const box = await lockstep().sandbox();
    const bundle = {
      ...configMap({ 'ca.crt': '1' }, 'bundle'),
      metadata: { name: 'bundle', labels: { 'trust.cert-manager.io/bundle': 'bundle' } },
    };
    const ca = (name: string) => ({ configMap: { name, items: [{ key: 'ca.crt', path: 'ca.crt' }] } });
    const token = { serviceAccountToken: { path: 'token', audience: 'x' } };
    const podSpec = {
      serviceAccountName: 'default',
      volumes: [
        { name: 'access', projected: { sources: [token, ca('mine'), { configMap: { name: 'app' } }] } },
        { name: 'root', configMap: { name: 'kube-root-ca.crt' } },
        { name: 'bundle', configMap: { name: 'bundle' } },
      ],
    };
    const mine = configMap({ 'ca.crt': '1' }, 'mine');
    // A controller makes it soon after the namespace.
    await eventually(() => box.read('configmaps', 'kube-root-ca.crt'));
    expectSilence(await box.apply(configMap({ a: '1' }), mine, bundle, web({ labels: PIN, podSpec })));
    await box.untilRolledOut();
    const live = ['bundle', 'mine', await copyOf(box)].sort();
    expect(await readBy(box)).toEqual([live, live]);
    // They still count: a pod that reads a CA only once has to be made again.
    await box.kubectl(['patch', 'configmap', 'mine', '--patch', '{"data":{"ca.crt":"2"}}']);
    expectWarning(await scale(box, 3), 'configmap/mine changed: all pods of deployment/web roll');
    await box.untilRolledOut();
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });

  test('only the used keys, and shares the copy among all workloads that use the same content', async () => {
    const box = await lockstep().sandbox();
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }];
    const podSpec = { containers: [{ name: 'web', image: 'web:1', env }] };
    const labels = { app: 'web' };
    const named = (kind: Kind, name: string) => {
      const text = JSON.stringify(kind.web({ labels: PIN, podSpec }));
      return JSON.parse(text.replaceAll(JSON.stringify(labels), JSON.stringify({ app: name })));
    };
    // Each selects its own pods.
    const all = PINNED_KINDS.map((kind) => [kind, named(kind, kind.word)] as const);
    await box.apply(configMap({ a: '1', b: 'unused' }), ...all.map(([, each]) => each), {
      ...named(DEPLOYMENT, 'other'),
      metadata: { name: 'other', labels: PIN },
    });
    for (const [{ resource }] of all)
      await untilRolledOut(lockstep().cluster, box.namespace, 'web', 80_000, resource);
    await box.untilRolledOut('other');
    const [copy, ...more] = await copiesIn(box);
    expect(more).toEqual([]);
    expect(copy?.data).toEqual({ a: '1' });
    expect(new Set((await readBy(box)).flat())).toEqual(new Set([copy?.metadata.name]));
    // The namespace reserves it at first.
    const owners = (ownersIn(copy ? [copy] : [])[0] ?? []).filter((owner) => !owner.startsWith('Namespace/'));
    expect(owners.map((owner) => owner.split('/')[0]).sort()).toEqual([
      ...['ControllerRevision', 'ControllerRevision', 'ReplicaSet', 'ReplicaSet'],
    ]);
  });

  test('a source once for a workload that names its only key and one that uses all keys', async () => {
    const box = await lockstep().sandbox();
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }];
    const podSpec = { containers: [{ name: 'web', image: 'web:1', env }] };
    await box.apply(configMap({ a: '1' }), web({ labels: PIN, podSpec }));
    await box.untilRolledOut();
    const name = await copyOf(box);
    await box.apply(web({ labels: PIN }));
    await box.untilRolledOut();
    expect(await copyOf(box)).toBe(name);
    await expect.poll(() => readBy(box)).toEqual([[name], [name]]);
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });

  test('once for each change, and nothing if the template does not change', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ labels: PIN, replicas: 0 }));
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    const before = await patches();
    // lockstep itself writes this, and the write is reviewed as an update. The one new pod makes its
    // ReplicaSet an owner.
    await scale(box, 1);
    await box.untilRolledOut();
    expect(await patches()).toBe(before + 1);
    await box.kubectl(['annotate', 'deployment/web', 'note=1']);
    await scale(box, 0);
    await scale(box, 1);
    await box.untilRolledOut();
    expect(await patches()).toBe(before + 1);
  });

  test('nothing on a dry run', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }));
    const dry = ['create', '--dry-run=server', '-o', 'yaml', '-f', '-'];
    const { stdout } = await box.kubectl(dry, JSON.stringify(web({ labels: PIN })));
    expect(stdout).toContain(PINNED);
    expect(await copiesIn(box)).toEqual([]);
  });

  test('with a label, so that one selector hides the copies from users', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ labels: PIN }));
    const { stdout } = await box.kubectl(['get', 'configmaps', '-o', 'name', '-l', `!${COPY_LABEL}`]);
    expect(stdout).toContain('configmap/app\n');
    expect(stdout).not.toContain('app-lockstep');
  });

  test('the digested content even if edits come in between: every pod reads what its annotations say', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '0' }), web({ labels: PIN, replicas: 1 }));
    const edits = (async () => {
      for (let i = 1; i <= 25; i += 1) await box.editConfig({ a: String(i) });
    })();
    for (let i = 2; i <= 9; i += 1) await scale(box, i);
    await edits;
    await scale(box, 10);
    await box.untilRolledOut();
    const name = await copyOf(box);
    await expect.poll(() => readBy(box)).toEqual(Array.from({ length: 10 }, () => [name]));
    expect((await copiesIn(box)).find(({ metadata }) => metadata.name === name)?.data).toEqual({ a: '25' });
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });
});

describeKinds(
  'pin copies, with a roll-on without scale,',
  (kind) => {
    test('so that scale-ups get the configuration of their revision', async ({ expect }) => {
      const box = await lockstep().sandbox({}, kind);
      const annotations = { 'lockstep.dev/roll-on': 'create,update' };
      await box.apply(configMap({ a: '1' }), kind.web({ labels: PIN, annotations }));
      await box.untilRolledOut();
      const name = await copyOf(box);
      await box.editConfig({ a: '2' });
      expectWarning(
        await scale(box, 3),
        `configmap/app changed; ${box.subject} does not roll on this (lockstep.dev/roll-on): new pods join at its earlier configuration`,
      );
      await box.untilRolledOut();
      expect(await readBy(box)).toEqual(allRead(box, name, 3));
      // A replace drops the marks, and may roll: with this roll-on, an update does.
      const replaced = kind.web({ labels: PIN, annotations, replicas: 3 });
      await box.replace(replaced);
      await box.untilRolledOut();
      const next = await copyOf(box);
      expect(next).not.toBe(name);
      await expect.poll(() => readBy(box)).toEqual(allRead(box, next, 3));
      expectSilence(await scale(box, 4));
    });
  },
  SCALED_KINDS,
);
