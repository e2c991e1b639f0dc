import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  configMap,
  daemons,
  list,
  secret,
  type WebOptions,
  web,
  webSet,
} from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectGolden, kubectlLockstepIn, settled } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { fromKey, hashIn, reading, untilMoved } from './edit-acts.ts';

const lockstep = useLockstep({
  secrets: true,
  flags: ['--edit=on', '--edit-settle=300ms', '--edit-rest=0s', '--pin=on', '--lease=lockstep/lockstep'],
  values: { 'edit.enabled': 'true', 'secrets.enabled': 'true', 'pin.enabled': 'true' },
});

/** They roll at calls only. */
const CALLS = { 'lockstep.dev/roll-on': 'create,update,scale,node' };
const WHOLE = reading({ envFrom: [{ configMapRef: { name: 'app' } }] });
const keyOf = (key: string) => reading({ env: [fromKey('app', key)] });

const of = (name: string, options: WebOptions = {}): WebOptions => ({
  name,
  podSpec: WHOLE,
  ...options,
  annotations: { ...CALLS, ...options.annotations },
});

/** One workload for each way in which an edit of `app` may concern it, or not. */
const WORKLOADS: readonly (readonly [
  resource: 'deployments' | 'statefulsets' | 'daemonsets',
  object: object,
])[] = [
  ['deployments', web(of('whole', { replicas: 4 }))],
  ['deployments', web(of('key-a', { podSpec: keyOf('a') }))],
  ['deployments', web(of('key-b', { podSpec: keyOf('b') }))],
  ['deployments', web(of('ignores-a', { annotations: { 'lockstep.dev/ignore': 'configmap/app#a' } }))],
  ['deployments', web(of('only-b', { annotations: { 'lockstep.dev/only': 'configmap/app#b' } }))],
  ['deployments', web(of('unmanaged', { labels: { 'lockstep.dev/inject': 'disabled' } }))],
  ['deployments', web(of('paused', { paused: true }))],
  ['deployments', web(of('zero', { replicas: 0 }))],
  ['deployments', web(of('on-create', { annotations: { 'lockstep.dev/roll-on': 'create' } }))],
  ['deployments', web(of('on-update', { annotations: { 'lockstep.dev/roll-on': 'update' } }))],
  ['deployments', web(of('pinned', { labels: PIN }))],
  ['deployments', web(of('recreate', { strategy: { type: 'Recreate' } }))],
  [
    'deployments',
    web(
      of('optional', { podSpec: reading({ envFrom: [{ configMapRef: { name: 'app', optional: true } }] }) }),
    ),
  ],
  [
    'deployments',
    web(of('include', { podSpec: reading({}), annotations: { 'lockstep.dev/include': 'configmap/app#b' } })),
  ],
  ['deployments', web(of('other', { podSpec: reading({}) }))],
  ['statefulsets', webSet(of('set'))],
  ['statefulsets', webSet(of('on-delete', { strategy: { type: 'OnDelete' } }))],
  [
    'statefulsets',
    webSet(of('partition', { strategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } })),
  ],
  [
    'statefulsets',
    webSet(of('kept', { strategy: { type: 'RollingUpdate', rollingUpdate: { partition: 9 } } })),
  ],
  ['daemonsets', daemons(of('daemon'))],
];

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
