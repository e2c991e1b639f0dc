import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { configMap, list, secret, web } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectGolden, kubectlLockstepIn, settled } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { CALLS, WORKLOADS } from './asked-workloads.ts';
import {
  addClock,
  CLOSED,
  fromKey,
  hashesOf,
  hashIn,
  reading,
  untilLookedAt,
  untilMoved,
} from './edit-acts.ts';
import { asReports, commandsIn, LEFT, ownAsWave } from './migrated-workloads.ts';

const lockstep = useLockstep({
  secrets: true,
  flags: [
    '--edit=on',
    '--edit-settle=300ms',
    '--edit-rest=0s',
    '--pin=on',
    '--lease=lockstep/lockstep',
    '--compat=reloader,wave',
  ],
  values: {
    compat: '{reloader,wave}',
    'edit.enabled': 'true',
    'secrets.enabled': 'true',
    'pin.enabled': 'true',
  },
});

const nameIn = (object: object): string => String(Reflect.get(Reflect.get(object, 'metadata'), 'name'));
const asImpacts = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        outcome: Type.String(),
        reason: Type.String(),
        occasions: Type.Array(Type.String()),
      }),
    ),
  }),
);

/** The occasions on which each workload would get a new template, as impact foretells. */
function foretoldBy(out: string): Readonly<Record<string, readonly string[]>> {
  const { items } = asImpacts.Parse(JSON.parse(out));
  return Object.fromEntries(items.map(({ metadata, occasions }) => [metadata.name, occasions]));
}

/** Scales each workload up, and then updates it, and tells on which of these its template changed. */
async function rolledIn(box: Sandbox, replicas: number) {
  const rolled: Record<string, readonly string[]> = {};
  await Promise.all(
    WORKLOADS.map(async ([resource, object]) => {
      const name = nameIn(object);
      const word = resource.slice(0, -1);
      const occasions: string[] = [];
      const by = async (occasion: string, act: () => Promise<unknown>) => {
        const before = await hashIn(box, resource, name);
        await act();
        if ((await hashIn(box, resource, name)) !== before) occasions.push(occasion);
      };
      if (resource !== 'daemonsets')
        await by('scale', () => box.kubectl(['scale', `${word}/${name}`, `--replicas=${replicas}`]));
      await by('update', () =>
        box.kubectl(['annotate', `${word}/${name}`, '--overwrite', `seen=${replicas}`]),
      );
      rolled[name] = occasions;
    }),
  );
  return rolled;
}

/** What a scale-up and then an update would do, as foretold: the first occasion to come writes the template. */
const expected = (foretold: ReturnType<typeof foretoldBy>) =>
  Object.fromEntries(
    WORKLOADS.map(([resource, object]) => {
      const name = nameIn(object);
      const occasions = foretold[name] ?? [];
      const [first] = (resource === 'daemonsets' ? ['update'] : ['scale', 'update']).filter((each) =>
        occasions.includes(each),
      );
      return [name, first === undefined ? [] : [first]];
    }),
  );

describe('impact foretells exactly what rolls', () => {
  let box: Sandbox;
  let run: ReturnType<typeof kubectlLockstepIn>;
  beforeAll(async () => {
    box = await lockstep().sandbox();
    run = kubectlLockstepIn(lockstep().cluster, box);
    await box.apply(configMap({ a: '1', b: '1' }), ...WORKLOADS.map(([, object]) => object));
  });

  test('at an edit of a key', async () => {
    const args = ['impact', 'configmap/app', '--key', 'a'];
    await expectGolden(settled((await run(args)).out), 'impact-key.txt');
    const foretold = foretoldBy((await run([...args, '-o', 'json'])).out);
    expect(foretold).toMatchObject({ whole: ['update', 'scale'], 'key-b': [], 'on-create': [] });
    await box.editConfig({ a: '2' });
    expect(await rolledIn(box, 5)).toEqual(expected(foretold));
  });

  test('at the edit that a manifest makes, and what has drifted before', async () => {
    await box.editConfig({ a: '3' });
    // It brings the earlier `a` back.
    const manifest = list(configMap({ a: '2', b: '2' }));
    const args = ['impact', 'cm/app', '-f', '-'];
    await expectGolden(settled((await run(args, { input: manifest })).out), 'impact-manifest.txt');
    const foretold = foretoldBy((await run([...args, '-o', 'json'], { input: manifest })).out);
    await box.editConfig({ a: '2', b: '2' });
    expect(await rolledIn(box, 6)).toEqual(expected(foretold));
  });

  test('when it is deleted', async () => {
    const args = ['impact', 'cm', 'app', '--delete'];
    await expectGolden(settled((await run(args)).out), 'impact-delete.txt');
    const foretold = foretoldBy((await run([...args, '-o', 'json'])).out);
    await box.kubectl(['delete', 'configmap/app']);
    expect(await rolledIn(box, 7)).toEqual(expected(foretold));
  });
});

test('impact says what the edit itself rolls, and what it does not', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const ofSecret = reading({
    env: [{ name: 'p', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } }],
  });
  await box.apply(
    configMap({ a: '1', b: '1' }),
    secret({ p: 'hunter2', q: 'x' }),
    web({ name: 'follows' }),
    web({ name: 'waits', annotations: CALLS }),
    web({ name: 'secret', podSpec: ofSecret }),
    web({ name: 'all-secret', podSpec: reading({ envFrom: [{ secretRef: { name: 'db' } }] }) }),
  );
  await Promise.all(['follows', 'waits', 'secret', 'all-secret'].map((name) => box.untilRolledOut(name)));
  const ofConfig = (await run(['impact', 'configmap/app', '-o', 'wide'])).out;
  const ofSecrets = await run(['impact', 'secret/db', '--key', 'q'], {});
  await expectGolden(settled(`${ofConfig}${ofSecrets.out}`), 'impact-edit.txt');
  const hashes = await Promise.all(['follows', 'waits'].map(async (name) => (await box.marks(name)).hash));
  await box.editConfig({ a: '2' });
  await untilMoved(box, hashes[0], 'follows');
  expect((await box.marks('waits')).hash).toBe(hashes[1]);
  // Of a Secret, the next edit of the key tells.
  expect(foretoldBy((await run(['impact', 'secret/db', '--key', 'q', '-o', 'json'])).out)).toEqual({
    secret: [],
    'all-secret': ['edit', 'update', 'scale'],
  });
  expect(ofSecrets.calls.filter((call) => call.includes('secrets'))).toEqual([]);
});

test('impact foretells of Secrets by their keys, and reads none', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const names = ['key-p', 'key-q', 'all', 'ignores-p'];
  const fromSecret = (key: string) => ({ name: key, valueFrom: { secretKeyRef: { name: 'db', key } } });
  const whole = reading({ envFrom: [{ secretRef: { name: 'db' } }] });
  await box.apply(
    secret({ p: 'hunter2', q: '1' }),
    web({ name: 'key-p', podSpec: reading({ env: [fromSecret('p')] }), annotations: CALLS }),
    web({ name: 'key-q', podSpec: reading({ env: [fromSecret('q')] }), annotations: CALLS }),
    web({ name: 'all', podSpec: whole, annotations: CALLS }),
    web({
      name: 'ignores-p',
      podSpec: whole,
      annotations: { ...CALLS, 'lockstep.dev/ignore': 'secret/db#p' },
    }),
  );
  /** Which of them get a new template at a scale-up. */
  const scaled = async (replicas: number) => {
    const rolled: string[] = [];
    for (const name of names) {
      const before = (await box.marks(name)).hash;
      await box.kubectl(['scale', `deployment/${name}`, `--replicas=${replicas}`]);
      if ((await box.marks(name)).hash !== before) rolled.push(name);
    }
    return rolled;
  };
  const foretold = async (...how: string[]) => {
    const { out, calls } = await run(['impact', 'secret/db', ...how, '-o', 'json']);
    expect(calls.filter((call) => call.includes('secrets'))).toEqual([]);
    const found = foretoldBy(out);
    return names.filter((name) => found[name]?.includes('scale'));
  };
  const byKey = await foretold('--key', 'p');
  expect(byKey).toEqual(['key-p', 'all']);
  await box.apply(secret({ p: 'hunter3', q: '1' }));
  expect(await scaled(3)).toEqual(byKey);
  // Nobody can know which keys an unknown edit changes, so it is each that may.
  expect(await foretold()).toEqual(names);
  const deleted = await foretold('--delete');
  expect(deleted).toEqual([]);
  await box.kubectl(['delete', 'secret/db']);
  expect(await scaled(4)).toEqual(deleted);
});

test('impact foretells the end of a hold, and what lockstep only observes or has not recorded', async () => {
  const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const labelled = (label: string) =>
    box.kubectl(['label', 'namespace', box.namespace, '--overwrite', label]);
  await box.apply(configMap({ a: '1' }), web({ name: 'earlier', annotations: CALLS }));
  await labelled('lockstep.dev/inject=enabled');
  const envFrom = [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }];
  const held = { name: 'held', labels: PIN, annotations: CALLS, podSpec: reading({ envFrom }) };
  await box.apply(secret({ p: '1' }), web(held));
  await box.untilRolledOut('held');
  await box.editConfig({ a: '2' });
  await box.apply(secret({ p: '2' }));
  await box.kubectl(['scale', 'deployment/held', '--replicas=3']);
  await box.untilRolledOut('held');
  await box.kubectl(['rollout', 'undo', 'deployment/held']);
  await box.untilRolledOut('held');
  // Its template records an earlier Secret than the hold does, and nothing has changed since.
  expect((await run(['status', 'deploy/held', '-o', 'jsonpath={.items[0].state}'])).out).toBe('Held');
  const table = await run(['impact', 'cm/app', '--key', 'a']);
  await labelled('lockstep.dev/mode=observe');
  const observed = await run(['impact', 'cm/app', '--key', 'a']);
  await labelled('lockstep.dev/mode=enforce');
  await expectGolden(settled(`${table.out}${observed.out}`), 'impact-hold.txt');
  await box.editConfig({ a: '3' });
  for (const name of ['earlier', 'held']) {
    const before = (await box.marks(name)).hash;
    await box.kubectl(['scale', `deployment/${name}`, '--replicas=4']);
    expect((await box.marks(name)).hash).not.toBe(before);
  }
});

test('usage says what it may not see', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  await box.apply(configMap({ a: '1' }), web());
  const refused = await run(['usage', '--as', 'nobody']);
  expect(refused).toMatchObject({ code: 0, out: '' });
  await expectGolden(settled(refused.err), 'usage-refused.txt');
});

describe('what a person asks of one workload', () => {
  const podSpec = {
    initContainers: [
      { name: 'first', image: 'web:1', envFrom: [{ configMapRef: { name: 'maybe', optional: true } }] },
    ],
    containers: [
      {
        name: 'web',
        image: 'web:1',
        env: [
          fromKey('app', 'a'),
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } },
          { name: 'OPTIONAL', valueFrom: { configMapKeyRef: { name: 'lacking', key: 'k', optional: true } } },
        ],
        volumeMounts: [{ name: 'files', mountPath: '/etc/app' }],
      },
    ],
    volumes: [
      {
        name: 'files',
        configMap: {
          name: 'files',
          items: [
            { key: 'log', path: 'log.conf' },
            { key: 'b', path: 'b' },
          ],
        },
      },
    ],
    imagePullSecrets: [{ name: 'registry' }],
  };
  const asked = web({
    podSpec,
    annotations: {
      ...CALLS,
      'lockstep.dev/ignore': 'configmap/files#log',
      'lockstep.dev/settle': 'soon',
      'lockstep.dev/first': 'true',
    },
  });
  const needy = reading({ env: [fromKey('app', 'nowhere')], envFrom: [{ secretRef: { name: 'gone' } }] });
  let box: Sandbox;
  let run: ReturnType<typeof kubectlLockstepIn>;
  beforeAll(async () => {
    box = await lockstep().sandbox({ 'lockstep.dev/mode': 'enforce' });
    run = kubectlLockstepIn(lockstep().cluster, box);
    await box.apply(
      configMap({ a: '1', other: 'x' }),
      configMap({ log: 'info', b: 'one\ntwo\nthree\n' }, 'files'),
      configMap({ x: '1' }, 'orphan'),
      secret({ p: 'hunter2' }),
      secret({ x: 'y' }, 'registry'),
      { ...secret({ x: 'y' }, 'tls') },
      asked,
      web({ name: 'pinned', podSpec, labels: PIN, annotations: CALLS }),
      web({ name: 'needy', podSpec: needy, annotations: CALLS }),
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 0 1 1 *',
          jobTemplate: {
            spec: {
              template: {
                spec: {
                  restartPolicy: 'Never',
                  ...reading({ envFrom: [{ configMapRef: { name: 'files' } }] }),
                },
              },
            },
          },
        },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'front' },
        spec: {
          tls: [{ hosts: ['example.com'], secretName: 'tls' }],
          defaultBackend: { service: { name: 'web', port: { number: 80 } } },
        },
      },
    );
    await Promise.all(['web', 'pinned'].map((name) => box.untilRolledOut(name)));
  });

  test('explain says what counts, by whose word, and where the policy comes from', async () => {
    const { out, err, code, calls } = await run(['explain', 'deploy/web']);
    expect({ err, code }).toEqual({ err: '', code: 1 });
    await expectGolden(settled(out), 'explain.txt');
    await expectGolden(
      settled((await run(['explain', 'deployment', 'web', '-o', 'yaml'])).out),
      'explain.yaml',
    );
    expect(calls.length).toBeLessThan(10);
  });

  test('usage says who uses what, what nothing uses, and what is missing', async () => {
    const all = await run(['usage']);
    expect(all.code).toBe(1);
    const one = await run(['usage', 'configmap/files', 'secret/registry', 'cm/nothing']);
    const unused = await run(['usage', '--unused', '-o', 'name']);
    await expectGolden(settled(`${all.out}${all.err}${one.out}${one.err}${unused.out}`), 'usage.txt');
    expect(JSON.parse((await run(['usage', 'cm/app', '-o', 'json'])).out)).toMatchObject({
      items: [
        { state: 'MissingKeys', usedBy: [{ by: 'deployment/needy', missingKeys: ['nowhere'] }, {}, {}] },
      ],
    });
  });

  test('diff compares what the pods started with to what is there now', async () => {
    for (const name of ['web', 'pinned'])
      expect(await run(['diff', `deploy/${name}`, '-o', 'jsonpath={.sources[*].change}'])).toMatchObject({
        // Of the Secret, nobody knows here.
        code: 1,
        out: 'same same same same unknown',
      });
    await box.editConfig({ a: '22' });
    await box.editConfig({ b: 'one\n2\nthree\n', log: 'debug' }, 'files');
    await box.apply(secret({ p: 'hunter3' }));
    const live = await run(['diff', 'deploy/web', '--show-values']);
    const sizes = await run(['diff', 'deploy/pinned']);
    const values = await run(['diff', 'deploy/pinned', '--show-values']);
    expect([live, sizes, values].map(({ code }) => code)).toEqual([1, 1, 1]);
    await expectGolden(settled([live, sizes, values].map(({ out }) => out).join('\n')), 'diff.txt');
    const data = (await run(['diff', 'deploy/pinned', '--show-values', '-o', 'json'])).out;
    for (const text of [live.out, sizes.out, data]) expect(text).not.toMatch(/hunter|three|debug/);
    expect(values.out).not.toContain('hunter');
    for (const { calls } of [live, sizes, values])
      expect(calls.filter((call) => call.includes('secrets'))).toEqual([]);
  });

  test('doctor finds the copies, and misses no right that the chart grants with all of this', async () => {
    const { out } = await run(['doctor', 'deploy/pinned']);
    expect(out).toMatch(/\[ok\] the copy of secret\/db exists: db-lockstep-[0-9a-f-]{16,}\n/);
    expect((await run(['doctor'])).out).toMatch(/\[ok\] lockstep has the rights that it needs: /);
  });
});

test('migrate says what to write instead; its commands roll only what they say, and lockstep acts the same then', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  await addClock(box);
  await box.apply(...LEFT);
  await ownAsWave(box);
  const names = ['named', 'searching', 'wave', 'sums', 'sums-off'];
  await Promise.all(names.map((name) => box.untilRolledOut(name)));
  // Nothing tells of the pods that wait for Wave but their ReplicaSet.
  await eventually(async () => expect(await box.revisions()).toHaveLength(6), { what: 'all ReplicaSets' });
  const origins = ['reloader', 'wave', 'checksum'];
  const reports = await Promise.all(origins.map((origin) => run(['migrate', origin])));
  expect(reports.map(({ code }) => code)).toEqual([1, 1, 1]);
  await expectGolden(settled(reports.map(({ out, err }) => `${out}\n${err}`).join('\n')), 'migrate.txt');
  for (const { out, calls } of reports) {
    expect(out).not.toContain('hunter');
    expect(calls.filter((call) => !/^(get|list) /.test(call))).toEqual([]);
  }
  const data = await Promise.all(
    origins.map(async (origin) => (await run(['migrate', origin, '-o', 'json'])).out),
  );
  const act = async (rollsPods: string) => {
    const before = new Set(await box.revisions());
    for (const words of data.flatMap((out) => commandsIn(out, rollsPods))) await box.kubectl(words);
    // A pod that waits for Wave waits on.
    await Promise.all(
      [...names, ...(rollsPods === 'always' ? ['waiting'] : [])].map((name) => box.untilRolledOut(name)),
    );
    return (await box.revisions()).filter((uid) => !before.has(uid)).length;
  };
  // Of the workload with a Secret only lockstep can tell whether it is in step.
  const certain = data.flatMap((out) => commandsIn(out, 'never'));
  const open = data.flatMap((out) => commandsIn(out, 'perhaps'));
  expect([certain.length, open.length]).toEqual([4, 2]);
  expect(open.every((words) => words.includes('deployment/wave'))).toBe(true);
  expect(await act('never')).toBe(0);
  expect(await act('perhaps')).toBe(0);
  // Each workload with something in its template rolls once, and the pods that waited for Wave start.
  expect(await act('always')).toBe(4);
  const again = await Promise.all(origins.map((origin) => run(['migrate', origin])));
  expect(again[1]).toMatchObject({ code: 0, out: '', err: `Nothing of wave found.\n` });
  expect(again[0]?.out.match(/^\S+ +\S+/gm)?.map((line) => line.split(/ +/).join(' '))).toEqual([
    'NAME WHAT',
    'deployment/named deployment.reloader.stakater.com/pause-period',
    'deployment/searching reloader.stakater.com/search',
  ]);
  const hashes = await hashesOf(box, [...names, 'waiting']);
  await box.editConfig({ x: '2' }, 'flags');
  await untilMoved(box, hashes['wave'], 'wave');
  await untilLookedAt(box);
  expect(await hashesOf(box, [...names, 'waiting'])).toEqual({ ...hashes, wave: expect.any(String) });
  await box.editConfig({ a: '2' });
  for (const name of ['named', 'waiting', 'sums']) await untilMoved(box, hashes[name], name);
});

test('migrate says that its commands may roll a workload that has drifted: each is an update', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const annotations = { 'reloader.stakater.com/auto': 'true', 'lockstep.dev/roll-window': CLOSED };
  await box.apply(configMap({ a: '1' }), web({ annotations }));
  await box.untilRolledOut();
  const [calm] = asReports.Parse(JSON.parse((await run(['migrate', 'reloader', '-o', 'json'])).out)).items;
  expect(calm?.commands).toMatchObject([{ rollsPods: 'never' }]);
  await box.editConfig({ a: '2' });
  const { out } = await run(['migrate', 'reloader']);
  expect(out).not.toContain('restarts no pod');
  expect(out).toContain('may roll its pods now, as any update does: configmap/app changed');
  const [words = []] = commandsIn((await run(['migrate', 'reloader', '-o', 'json'])).out, 'perhaps');
  const before = await box.revisions();
  await box.kubectl(words);
  await box.untilRolledOut();
  expect(await box.revisions()).toHaveLength(before.length + 1);
});

test('migrate wave leaves the owners of copies alone: they keep what pods read', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const annotations = { 'wave.pusher.com/update-on-config-change': 'true' };
  await box.apply(configMap({ a: '1' }), web({ annotations, labels: PIN }));
  await box.untilRolledOut();
  await box.editConfig({ a: '2' });
  await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
  const { items } = parseList(await box.read('configmaps'));
  const owners = items.flatMap(({ metadata }) => metadata.ownerReferences ?? []);
  expect(owners).toContainEqual(expect.objectContaining({ kind: 'Deployment', name: 'web' }));
  const { out } = await run(['migrate', 'wave']);
  expect(out).toContain('wave.pusher.com/update-on-config-change');
  expect(out).not.toContain('ownerReference');
});
