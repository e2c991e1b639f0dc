import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, daemons, secret, type WebOptions, web, webSet } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { stateLabel } from '../../src/census/series.ts';
import { WORKLOAD_STATES } from '../../src/in-step/workload-state.ts';
import { scriptFor } from '../../src/kubectl/complete/scripts.ts';
import { expectGolden, kubectlLockstep, kubectlLockstepIn, settled } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({
  sent: true,
  secrets: true,
  flags: ['--pin=on', '--workload-metrics=on', '--workload-metrics-every=1s', '--lease=lockstep/lockstep'],
  values: { 'secrets.enabled': 'true', 'pin.enabled': 'true' },
});

const reading = (...sources: readonly object[]) => ({
  containers: [{ name: 'web', image: 'web:1', envFrom: sources }],
});
const map = (name: string, optional = false) => ({ configMapRef: { name, ...(optional && { optional }) } });

/** Deployments, each in a state of its own after `app` and `gone` have changed. */
const DEPLOYMENTS: Readonly<Record<string, WebOptions>> = {
  drifted: {},
  'drifted-idle': { replicas: 0 },
  'in-step': { podSpec: reading(map('other')) },
  'needs-gone': { podSpec: reading(map('gone')) },
  'no-references': { podSpec: reading() },
  'not-managed': { labels: { 'lockstep.dev/inject': 'disabled' } },
  'only-updates': { annotations: { 'lockstep.dev/roll-on': 'create,update' } },
  paused: {},
  pinned: { labels: PIN },
  'uses-secret': { podSpec: reading(map('other'), { secretRef: { name: 'db' } }) },
};

const Row = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  workload: Type.Object({ kind: Type.String() }),
  state: Type.Enum([...WORKLOAD_STATES]),
});
type Row = Static<typeof Row>;
const Rows = Compile(Type.Object({ items: Type.Array(Row) }));

/** How many workloads stand where, by kind and state, as the metrics have them. */
async function counted(): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`http://127.0.0.1:${lockstep().program().adminPort}/metrics`)).text();
  const series = text.matchAll(/^lockstep_workloads\{kind="(\w+)",state="([\w-]+)"\} (\d+)$/gm);
  return Object.fromEntries(
    [...series].flatMap(([, kind, state, n]) => (n === '0' ? [] : [[`${kind} ${state}`, Number(n)]])),
  );
}

let box: Sandbox;
const run = (args: readonly string[], options = {}) =>
  kubectlLockstepIn(lockstep().cluster, box)(args, options);

beforeAll(async () => {
  box = await lockstep().sandbox();
  await box.apply(
    configMap({ a: '1' }),
    configMap({ a: '1' }, 'other'),
    configMap({ a: '1' }, 'gone'),
    secret({ p: '1' }),
  );
  const named = Object.entries(DEPLOYMENTS).map(([name, options]) => web({ name, replicas: 1, ...options }));
  await box.apply(
    ...named,
    webSet({ name: 'set' }),
    daemons({ name: 'daemons', strategy: { type: 'OnDelete' } }),
  );
  await Promise.all(Object.keys(DEPLOYMENTS).map((name) => box.untilRolledOut(name)));
  // Made while nobody looked: the webhook was not asked.
  await lockstep().unregister();
  await box.apply(web({ name: 'not-recorded', replicas: 1 }));
  await lockstep().apply({ 'secrets.enabled': 'true', 'pin.enabled': 'true' });
  await lockstep().untilRegistered({ 'secrets.enabled': 'true', 'pin.enabled': 'true' });
  await box.kubectl(['patch', 'deployment/paused', '--patch={"spec":{"paused":true}}']);
  // An undo of the pinned Deployment brings its earlier configuration back.
  await box.editConfig({ a: '2' });
  await box.kubectl(['scale', 'deployment/pinned', '--replicas=2']);
  await box.untilRolledOut('pinned');
  await lockstep().cluster.kubectlOk(['-n', box.namespace, 'rollout', 'undo', 'deployment/pinned']);
  await box.kubectl(['delete', 'configmap/gone']);
});

describe('status', () => {
  test('says where each workload stands, and what the next scale-up does', async () => {
    const table = await run(['status']);
    expect(table).toMatchObject({ code: 1, err: '' });
    await expectGolden(settled(table.out), 'status.txt');
    await expectGolden(settled((await run(['status', '-o', 'wide'])).out), 'status-wide.txt');
  });

  test('and the metrics say the same', async () => {
    // Of its Secret only lockstep itself can tell.
    const stateOf = ({ metadata, state }: Row) => (metadata.name === 'uses-secret' ? 'InStep' : state);
    const { items } = Rows.Parse(JSON.parse((await run(['status', '-o', 'json'])).out));
    const expected = new Map<string, number>();
    for (const row of items) {
      const series = `${row.workload.kind} ${stateLabel(stateOf(row))}`;
      expected.set(series, (expected.get(series) ?? 0) + 1);
    }
    expect(expected.size).toBeGreaterThan(7);
    await eventually(async () => expect(await counted()).toEqual(Object.fromEntries(expected)), {
      what: 'the count',
    });
    const drift = await lockstep().program().metric('lockstep_longest_drift_seconds', { kind: 'DaemonSet' });
    expect(drift).toBeGreaterThan(0);
  });

  test('takes a few calls, and reads no Secret', async () => {
    const { calls } = await run(['status']);
    expect(calls.toSorted()).toEqual([
      // For the one workload of which only lockstep can say where it stands.
      'get assess.lockstep.dev 404',
      'get configmaps 200',
      'get configmaps 200',
      'get configmaps 200',
      'get configmaps 404',
      'get namespaces 200',
      'list daemonsets 200',
      'list deployments 200',
      'list statefulsets 200',
    ]);
  });

  test.each([
    { args: ['deploy/in-step'], code: 0, names: ['deployment/in-step'] },
    { args: ['deploy/drifted', 'sts/set'], code: 1, names: ['deployment/drifted', 'statefulset/set'] },
    { args: ['sts'], code: 1, names: ['statefulset/set'] },
    { args: ['-l', 'app=in-step'], code: 0, names: [] },
    { args: ['ds,sts'], code: 1, names: ['daemonset/daemons', 'statefulset/set'] },
  ])('$args: only these, and the exit code is theirs', async ({ args, code, names }) => {
    const ran = await run(['status', ...args, '-o', 'name']);
    expect(ran).toMatchObject({ code, out: names.map((name) => `${name}\n`).join('') });
  });

  test('command lines are completed with the names of the cluster, and kubectl asks for them', async () => {
    const { cluster } = lockstep();
    const typed = (...words: string[]) => kubectlLockstep(cluster.kubeconfig, ['__complete', ...words]);
    const inBox = ['-n', box.namespace];
    const { out, calls } = await typed('status', ...inBox, 'deploy/p');
    expect({ out, calls }).toEqual({
      out: 'deploy/paused\ndeploy/pinned\n:4\n',
      calls: ['list deployments 200'],
    });
    expect((await typed('explain', 'sts', `--namespace=${box.namespace}`, '')).out).toBe('set\n:4\n');
    expect((await typed('usage', ...inBox, 'secret/')).out).toContain('secret/db\n');
    expect((await typed('status', '-n', box.namespace.slice(0, -1))).out).toContain(`${box.namespace}\n`);
    expect((await typed('status', '--context', '')).out).toMatch(/^\S+\n:4\n$/);
    // kubectl finds a plugin, and the program that completes it, in PATH.
    const folder = mkdtempSync(join(cluster.dir, 'plugin-'));
    const entry = fileURLToPath(new URL('../../src/kubectl.ts', import.meta.url));
    const program = `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`;
    writeFileSync(join(folder, 'kubectl-lockstep'), program, { mode: 0o755 });
    writeFileSync(join(folder, 'kubectl_complete-lockstep'), scriptFor('kubectl'), { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const asked = await cluster.kubectlOk(['__complete', 'lockstep', 'status', ...inBox, 'deploy/p'], {
      env,
    });
    expect(asked.stdout).toBe('deploy/paused\ndeploy/pinned\n:4\n');
  });

  test('--drifted leaves out those about which nothing is to be done', async () => {
    const { out } = await run(['status', '--drifted', '-o', 'jsonpath={.items[*].metadata.name}']);
    expect(out.split(' ')).toEqual(['daemons', 'drifted', 'needs-gone', 'only-updates', 'paused', 'set']);
  });

  test('as data it has all of it, and no value', async () => {
    const { out } = await run(['status', 'deploy/drifted', 'deploy/uses-secret', '-o', 'yaml']);
    await expectGolden(settled(out), 'status.yaml');
  });

  test('a record that cannot be compared is not believed', async () => {
    await lockstep().unregister();
    const forged = {
      'lockstep.dev/config-hash': 'v1-x',
      'lockstep.dev/config-sources': '{"configmap/app":"no-digest"}',
    };
    const template = { metadata: { annotations: forged } };
    await box.kubectl([
      'patch',
      'deployment/not-recorded',
      `--patch=${JSON.stringify({ spec: { template } })}`,
    ]);
    await lockstep().apply({ 'secrets.enabled': 'true', 'pin.enabled': 'true' });
    await lockstep().untilRegistered({ 'secrets.enabled': 'true', 'pin.enabled': 'true' });
    const { out } = await run(['status', 'deploy/not-recorded', '-o', 'jsonpath={.items[0].state}']);
    expect(out).toBe('NotRecorded');
  });

  test('a workload that does not exist is an error', async () => {
    expect(await run(['status', 'deploy/nobody'])).toMatchObject({
      code: 2,
      out: '',
      err: `error: deployment/nobody does not exist in namespace "${box.namespace}"\n`,
    });
  });

  test('foretells what the next scale-up does', async () => {
    const before = await run(['status', 'deploy/drifted', '-o', 'jsonpath={.items[0].live}']);
    await box.kubectl(['scale', 'deployment/drifted', '--replicas=2']);
    expect((await box.marks('drifted')).hash).toBe(before.out);
    expect(await run(['status', 'deploy/drifted'])).toMatchObject({ code: 0 });
  });
});

describe('with few rights, status', () => {
  const role = (name: string, rules: readonly object[]) => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name }],
    },
  ];
  const workloads = {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: ['get', 'list'],
  };
  const maps = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] };
  const as = (name: string) => lockstep().cluster.kubeconfigFor({ namespace: box.namespace, name });

  test('reads no namespace, and says what that leaves out', async () => {
    await box.apply(...role('reader', [workloads, maps]));
    const ran = await run(['status', 'deploy/in-step'], { kubeconfig: await as('reader') });
    expect(ran).toMatchObject({
      code: 0,
      err: 'note: you may not read namespaces, so labels of namespaces (lockstep.dev/inject, pin, mode) do not count here\n',
    });
  });

  test('says what it may not do', async () => {
    await box.apply(...role('nobody', [workloads]));
    const ran = await run(['status', 'deploy/in-step'], { kubeconfig: await as('nobody') });
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain('error: ');
    expect(ran.err).toContain('configmaps');
  });

  test('from the wrong place, it says that lockstep’s settings are not there', async () => {
    const ran = await run(['status', 'deploy/in-step', '--lockstep-namespace', 'default']);
    expect(ran.err).toBe(
      'note: there is no configmap/lockstep-settings in namespace "default": is lockstep installed? ' +
        "Without it, nothing rolls, so this assumes lockstep's defaults. " +
        "Name lockstep's own namespace with --lockstep-namespace.\n",
    );
  });
});

test('an API server that is not there ends it with 2', async () => {
  const ran = await kubectlLockstep(undefined, ['status', '--server', 'https://127.0.0.1:1', '-n', 'x']);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain('the API server cannot be reached');
});

test('status -w prints a line for each change, until somebody ends it', async () => {
  const other = await lockstep().sandbox();
  await other.apply(configMap({ a: '1' }), web({ replicas: 1 }));
  await other.untilRolledOut();
  const ended = new AbortController();
  let seen = '';
  const watching = kubectlLockstepIn(lockstep().cluster, other)(['status', '-w'], {
    signal: ended.signal,
    onOut: (text) => {
      seen += text;
    },
  });
  await eventually(async () => expect(seen).toContain('InStep'));
  await other.editConfig({ a: '2' });
  await eventually(async () => expect(seen).toContain('Drifted'));
  ended.abort();
  expect(await watching).toMatchObject({ code: 0 });
  const [header, ...lines] = seen.trimEnd().split('\n');
  expect(header).toMatch(/^NAME/);
  expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual(['InStep', 'Drifted']);
});
