import { beforeAll, describe, expect, test } from 'vitest';
import { STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { VERSION } from '../../src/version.ts';
import { kubectlLockstepIn, type RunOptions } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ sent: true });
let box: Sandbox;
const run = (args: readonly string[], options: RunOptions = {}) =>
  kubectlLockstepIn(lockstep().cluster, box)(args, options);
const drifted = async () =>
  (await run(['status', '--drifted', '-o', 'jsonpath={.items[*].metadata.name}'])).out
    .split(' ')
    .filter(Boolean);

const NAMES = ['a', 'b', 'c'];
const image = (bad: string) => ({
  containers: [{ name: 'web', image: bad, envFrom: [{ configMapRef: { name: 'app' } }] }],
});

beforeAll(async () => {
  box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), ...NAMES.map((name) => web({ name, replicas: 1 })));
  await box.apply(
    web({ name: 'paused', replicas: 1 }),
    web({ name: 'other', podSpec: { containers: [{ name: 'web', image: 'web:1' }] } }),
  );
  await Promise.all([...NAMES, 'paused', 'other'].map((name) => box.untilRolledOut(name)));
  await box.kubectl(['patch', 'deployment/paused', '--patch={"spec":{"paused":true}}']);
  await box.editConfig({ a: '2' });
});

describe('roll', () => {
  test('needs to know what', async () => {
    const ran = await run(['roll']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain('name workloads, for example deployment/web, or give --drifted');
  });

  test('without the right to read it, says that the person lacks it', async () => {
    const ran = await run(['roll', 'deploy/a', '--as=somebody']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('the API server answered 403 to get deployments: you lack that right');
  });

  test('with --dry-run=client says what would roll, and sends nothing', async () => {
    const ran = await run(['roll', '--drifted', '--dry-run=client']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out.match(/deployment\/\w+/g)).toEqual(
      expect.arrayContaining(['deployment/a', 'deployment/b', 'deployment/c']),
    );
    expect(ran.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
  });

  test('with --dry-run=server asks lockstep, and changes nothing', async () => {
    const ran = await run(['roll', 'deploy/a', 'deploy/other', '--dry-run=server']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain(`${box.namespace}/deployment/a: would roll (server dry run)\n`);
    expect(ran.err).toContain('note: deployment/other does not roll: its pod template uses no configuration');
    expect(await drifted()).toContain('a');
  });

  test('asks a person, who may say no', async () => {
    const terminal = { progress: true };
    const ran = await run(['roll', 'deploy/a'], { terminal, answers: ['n'] });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toContain('Nothing was rolled.');
    expect(await drifted()).toContain('a');
    expect((await run(['roll', 'deploy/a'], { terminal, answers: ['y'] })).code).toBe(0);
    expect(await drifted()).not.toContain('a');
  });

  test('--drifted brings all into step, waits for them, and rolls nobody twice', async () => {
    const ran = await run(['roll', '--drifted', '--yes']);
    expect(ran.code).toBe(0);
    for (const name of ['b', 'c']) expect(ran.out).toContain(`deployment/${name}: rolled out\n`);
    expect(await drifted()).toEqual(['paused']);
    const again = await run(['roll', 'deploy/b']);
    expect(again).toMatchObject({ code: 0, out: '' });
    expect(again.err).toContain('Nothing to roll.');
  });

  test('a paused workload gets its template, and is not waited for', async () => {
    const ran = await run(['roll', 'deploy/paused']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('deployment/paused: it is paused: its pods roll when somebody resumes it\n');
  });

  test('a StatefulSet with OnDelete gets its template, and is not waited for', async () => {
    const by = await lockstep().sandbox({}, STATEFUL_SET);
    const strategy = { type: 'OnDelete' };
    await by.apply(configMap({ a: '1' }), STATEFUL_SET.web({ replicas: 1, strategy }));
    await by.untilRolledOut();
    const { hash } = await by.marks();
    await by.editConfig({ a: '2' });
    const ran = await kubectlLockstepIn(lockstep().cluster, by)(['roll', 'sts/web', '--timeout=1h']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(
      'statefulset/web: its strategy is OnDelete: its pods change when somebody deletes',
    );
    expect((await by.marks()).hash).not.toBe(hash);
  });

  test('stops at the first that fails, and says what it left', async () => {
    const failing = { progressDeadlineSeconds: 1, minReadySeconds: 0 };
    await box.apply(...NAMES.map((name) => web({ name, replicas: 1, spec: failing })));
    await Promise.all(NAMES.map((name) => box.untilRolledOut(name)));
    // Pods of a node selector that no node has stay pending.
    for (const name of NAMES)
      await box.kubectl(['patch', `deployment/${name}`, '--patch={"spec":{"paused":true}}']);
    const bad = {
      spec: { paused: false, template: { spec: { ...image('web:1'), nodeSelector: { nobody: 'yes' } } } },
    };
    await box.editConfig({ a: '3' });
    await box.kubectl(['patch', 'deployment/a', `--patch=${JSON.stringify(bad)}`]);
    for (const name of ['b', 'c'])
      await box.kubectl(['patch', `deployment/${name}`, '--patch={"spec":{"paused":false}}']);
    await box.editConfig({ a: '4' });
    const ran = await run(['roll', '--drifted', '--concurrency', '1', '--timeout', '60s']);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('deployment/a: error: its rollout has failed');
    expect(ran.err).toContain('2 further workloads were left as they are');
    expect(await drifted()).toEqual(['b', 'c', 'paused']);
    expect((await run(['roll', '--drifted', '--keep-going'])).code).toBe(0);
  });

  test('a timeout is told', async () => {
    await box.editConfig({ a: '5' });
    const ran = await run(['roll', 'deploy/a', '--timeout', '1s']);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/its rollout (has failed|takes longer than --timeout)/);
  });
});

describe('version', () => {
  test('tells those of the program, of lockstep and of Kubernetes', async () => {
    const ran = await run(['version']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(
      new RegExp(`^Client Version: ${VERSION}\nlockstep Version: ${VERSION}\nKubernetes Version: v1\\.\\d+`),
    );
    expect((await run(['version', '-o', 'jsonpath={.client}'])).out).toBe(VERSION);
  });

  test('--client asks nobody', async () => {
    expect(await run(['version', '--client'])).toMatchObject({
      code: 0,
      out: `Client Version: ${VERSION}\n`,
      calls: [],
    });
  });

  test('where lockstep is not, it says so', async () => {
    const ran = await run(['version', '--lockstep-namespace', 'default']);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('there is no configmap/lockstep-settings in namespace "default"');
  });
});
