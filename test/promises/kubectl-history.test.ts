import { beforeAll, describe, expect, test } from 'vitest';
import { untilRolledOut } from '../../lab/control-plane/conditions.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, list, web, webSet } from '../../lab/lockstep/manifests.ts';
import { copiesIn, PIN, subjectsOf } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { copyName } from '../../src/copies/name.ts';
import {
  expectGolden,
  kubectlLockstepIn,
  type Ran,
  type RunOptions,
  settled,
} from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { leftoversIn, ownerless, SHORT } from './unowned-copies.ts';

const lockstep = useLockstep({
  sent: true,
  flags: ['--pin=on', '--lease=lockstep/lockstep'],
  // As people see it, the grace is over soon. lockstep itself waits longer, and leaves unused copies to them.
  values: { 'pin.enabled': 'true', 'pin.graceSeconds': '1' },
});
let box: Sandbox;
const run = (args: readonly string[], options: RunOptions = {}) =>
  kubectlLockstepIn(lockstep().cluster, box)(args, options);

const NAMES = ['web', 'pinned'];
const untilSetRolledOut = () =>
  untilRolledOut(lockstep().cluster, box.namespace, 'set', 80_000, 'statefulsets');
const both = (image: string) => [
  web({ image, replicas: 1 }),
  web({ name: 'pinned', image, replicas: 1, labels: PIN }),
];
const rolledOut = () => Promise.all(NAMES.map((name) => box.untilRolledOut(name)));

/** The output, with ages and the names that controllers make in words that stay. */
const steady = ({ out, err }: Ran): string =>
  settled(`${err}${out}`)
    .replace(/\b(web|pinned|set)-[0-9a-f]{8,10}\b/g, '$1-HASH')
    .replace(/-lockstep-[0-9a-f]{16}\b/g, '-lockstep-DIGEST')
    .replace(/\b\d+m?\d*s\b/g, '0s')
    .replace(/ {2,}/g, '   ');

beforeAll(async () => {
  box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), ...both('web:1'), webSet({ name: 'set', replicas: 1, labels: PIN }));
  await Promise.all([rolledOut(), untilSetRolledOut()]);
  await box.editConfig({ a: '2' });
  for (const each of ['deployment/web', 'deployment/pinned', 'statefulset/set'])
    await box.kubectl(['annotate', each, 'seen=2']);
  await Promise.all([rolledOut(), untilSetRolledOut()]);
  // They are recorded some time after the call.
  await eventually(async () => (await subjectsOf(box, 'Rolled')).length === 3);
  await box.apply(...both('web:2'));
  await rolledOut();
});

describe('history', () => {
  test('says what changed, and whether the configuration of each revision can be had', async () => {
    const [live, pinned] = [
      await run(['history', 'deploy/web']),
      await run(['history', 'deploy/pinned', '-o', 'wide']),
    ];
    const set = await run(['history', 'sts/set']);
    expect([live, pinned, set].map(({ code }) => code)).toEqual([0, 0, 0]);
    await expectGolden([live, pinned, set].map(steady).join('\n'), 'history.txt');
  });
});

describe('why', () => {
  test('names keys for certain where both revisions have copies, and likely editors elsewhere', async () => {
    const runs = [
      await run(['why', 'deploy/web', '--revision', '2']),
      await run(['why', 'deploy/pinned', '--revision', '2']),
      await run(['why', 'sts/set']),
      await run(['why', 'deploy/web', '--revision', '1']),
    ];
    const stable = (ran: Ran) => steady(ran).replace(/^likely {3}caller .*\n/gm, '');
    await expectGolden(runs.map(stable).join('\n'), 'why.txt');
    const present = await run(['why', 'deploy/pinned']);
    expect(steady(present)).toContain(
      'certain   template   image of container web changed from web:1 to web:2',
    );
  });
});

describe('undo', () => {
  const last = (text: string) => text.trimEnd().split('\n').at(-1);

  test('refuses what cannot be', async () => {
    expect((await run(['undo', 'deploy/web', '--to-revision', '9'])).err).toBe(
      'error: deployment/web has no revision 9. It has: 1, 2, 3\n',
    );
    expect((await run(['undo', 'deploy/nowhere'])).code).toBe(2);
    const unasked = await run(['undo', 'deploy/web']);
    expect(unasked.code).toBe(2);
    expect(last(unasked.err)).toContain('give --yes');
    expect((await run(['undo', 'deploy/web'], { answers: ['n'] })).code).toBe(1);
    expect((await run(['undo', 'deploy/web', '--to-revision', '3'])).out).toContain('stays as it is');
    expect((await run(['history', 'deploy/web', '-o', 'jsonpath={.items[*].revision}'])).out).toBe('1 2 3');
  });

  test('says first whether the configuration comes back, and release ends the hold', async () => {
    const runs = [
      await run(['release', 'deploy/pinned']),
      await run(['undo', 'deploy/web', '--to-revision', '1', '--dry-run=client']),
      await run(['undo', 'deploy/web', '--to-revision', '1', '--dry-run=server']),
      await run(['undo', 'deploy/pinned', '--to-revision', '1'], { answers: ['y'] }),
      await run(['undo', 'sts/set', '--to-revision', '1', '--yes', '--wait']),
    ];
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    await box.untilRolledOut('pinned');
    expect((await run(['status', 'deploy/pinned', 'sts/set', '-o', 'jsonpath={.items[*].state}'])).out).toBe(
      'Held Held',
    );
    const released = [
      await run(['release', 'deploy/pinned', '--dry-run=server']),
      await run(['release', 'deploy/pinned', '--yes', '--wait']),
      await run(['release', 'sts/set', '--yes']),
      await run(['release', 'deploy/pinned']),
    ];
    expect(released.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    await expectGolden([...runs, ...released].map(steady).join('\n'), 'undo-release.txt');
    expect((await run(['status', 'deploy/pinned', '-o', 'jsonpath={.items[*].state}'])).out).toBe('InStep');
  });
});

describe('copies', () => {
  const inNamespace = (name: string) => `${box.namespace}/configmap/${name}`;
  const names = async () =>
    (await run(['copies', '-o', 'jsonpath={.items[*].metadata.name}'])).out.split(' ').filter(Boolean);

  test('are listed with their owners, for all or for one workload', async () => {
    const [all, one] = [await run(['copies']), await run(['copies', 'sts/set', '-o', 'wide'])];
    expect([all.code, one.code]).toEqual([0, 0]);
    expect(one.out.match(/app-lockstep-/g)).toHaveLength(2);
    const line = (copy: string) => all.out.split('\n').find((each) => each.startsWith(copy)) ?? '';
    const { out } = await run(['copies', 'deploy/pinned', '-o', 'name']);
    const [first = ''] = out.split('\n');
    // One byte: the value of a. The grace is over, and the workloads still reserve it.
    const owners = /configmap\/app +1 .* true +.*replicaset\/pinned-\w+ \(deployment\/pinned\)/;
    expect(line(first.replace('configmap/', ''))).toMatch(owners);
    expect((await run(['copies', 'deploy/web'])).err).toContain('No copies found');
  });

  test('prune deletes what the sweep would delete now, and nothing that a pod or a template names', async () => {
    const leftover = await leftoversIn(box);
    const [unused, read, free] = ['unused', 'read', 'free'].map((source) => copyName(source, SHORT));
    const metadata = { name: 'reader' };
    const containers = [{ name: 'app', image: 'app', envFrom: [{ configMapRef: { name: read } }] }];
    await box.kubectl(
      ['create', '-f', '-'],
      list(leftover('unused'), leftover('read'), ownerless('free'), {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { containers },
      }),
    );
    const before = await names();
    const said = await eventually(async () => {
      const { out } = await run(['copies', 'prune', '--dry-run']);
      return out === '' ? false : out;
    });
    expect(said).toBe(
      `${inNamespace(unused ?? '')}: no workload, revision or pod names it, and its grace is over (dry run)\n`,
    );
    expect((await run(['copies', 'prune'])).err).toContain('give --yes');
    expect((await run(['copies', 'prune'], { answers: ['n'] })).code).toBe(1);
    expect(await names()).toEqual(before);
    const pruned = await run(['copies', 'prune'], { answers: ['y'] });
    expect(pruned).toMatchObject({ code: 0 });
    expect(pruned.out).toContain(`${inNamespace(unused ?? '')}: deleted\n`);
    expect(await names()).toEqual(before.filter((name) => name !== unused));
    expect(await names()).toEqual(expect.arrayContaining([read, free]));
  });
});

test('a revision whose copy is gone is told so, and an undo foretells that only its template comes back', async () => {
  const first = (await copiesIn(box)).find(({ data }) => data?.['a'] === '1');
  await box.kubectl(['delete', 'configmap', first?.metadata.name ?? '']);
  const { out } = await run(['history', 'sts/set', '-o', 'jsonpath={.items[*].configuration}']);
  expect(out.split(' ')).toEqual(expect.arrayContaining(['gone', 'copies']));
  const [number] = (
    await run(['history', 'sts/set', '-o', 'jsonpath={range .items[*]}{.configuration} {.revision},{end}'])
  ).out.match(/(?<=gone )\d+/) ?? [''];
  const ran = await run(['undo', 'sts/set', '--to-revision', number, '--dry-run=server']);
  expect(ran.err).toContain(`its copy ${first?.metadata.name} is gone`);
  expect(ran.err).toContain("the template of statefulset/set comes back, and today's configuration applies");
});

test('a person who may only get the workload is told what they lack', async () => {
  const metadata = { name: 'viewer', namespace: box.namespace };
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'viewer' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await box.kubectl(
    ['create', '-f', '-'],
    list(
      { apiVersion, kind: 'Role', metadata, rules },
      { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
    ),
  );
  for (const command of ['why', 'history', 'undo']) {
    const ran = await run([command, 'deploy/web', '--as=viewer']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(`you may not list the ReplicaSets of namespace "${box.namespace}"`);
  }
});
