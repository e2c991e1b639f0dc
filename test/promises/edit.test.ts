import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { annotationsOf, eventsIn, PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { HELD } from '../../src/marks/names.ts';
import { describeKinds } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import {
  fromKey,
  hashesOf,
  hashIn,
  reading,
  rolledBy,
  SETTLE_FLAG,
  timedSandbox,
  untilLookedAt,
} from './edit-acts.ts';

const lockstep = useLockstep({
  sent: true,
  secrets: true,
  flags: [
    '--edit=on',
    SETTLE_FLAG,
    '--edit-rest=0s',
    '--edit-concurrent=100',
    '--edit-concurrent-per-namespace=100',
    '--edit-secrets-every=1s',
    '--pin=on',
    '--lease=lockstep/lockstep',
  ],
  values: { 'edit.enabled': 'true', 'secrets.enabled': 'true', 'pin.enabled': 'true' },
});

const immutable = (data: Readonly<Record<string, string>>, name: string) => ({
  ...configMap(data, name),
  immutable: true,
});
const label = (box: Sandbox, value: string) => box.kubectl(['label', 'configmap/app', `seen=${value}`]);

describeKinds('an edit without a call', (kind) => {
  test('rolls all pods once, whatever the source', async () => {
    const envFrom = [{ configMapRef: { name: 'more' } }, { secretRef: { name: 'db' } }];
    const box = await timedSandbox(
      kind,
      lockstep(),
      configMap({ a: '1', b: '1' }),
      immutable({ c: '1' }, 'more'),
      secret({ p: '1' }),
      kind.web({ podSpec: reading({ env: [fromKey('app', 'a')], envFrom }) }),
    );
    const remake = async (c: string) => {
      await box.kubectl(['delete', 'configmap/more']);
      await box.apply(immutable({ c }, 'more'));
    };
    const revisions = await box.revisions();
    expect(await rolledBy(box, () => box.editConfig({ a: '2' }))).toBe(1);
    // Quiet: a key that is not used, a label.
    await box.editConfig({ b: '2' });
    await label(box, 'yes');
    await untilLookedAt(box);
    expect(await rolledBy(box, () => remake('2'))).toBe(1);
    const patchSecret = ['patch', 'secret/db', '--patch={"stringData":{"p":"2"}}'];
    expect(await rolledBy(box, () => box.kubectl(patchSecret))).toBe(1);
    await untilLookedAt(box);
    expect(await box.revisions()).toHaveLength(revisions.length + 3);
  });

  test('makes copies for a pinned workload, and leaves a held one alone until the next edit', async () => {
    const box = await timedSandbox(kind, lockstep(), configMap({ a: '1' }), kind.web({ labels: PIN }));
    expect(await rolledBy(box, () => box.editConfig({ a: '2' }))).toBe(1);
    expect(await pinnedAnswers(box)).toEqual(['2']);

    await box.kubectl(['rollout', 'undo', box.subject]);
    await box.untilRolledOut();
    await label(box, 'yes');
    await untilLookedAt(box);
    await box.untilRolledOut();
    expect((await annotationsOf(box))[HELD]).toBeDefined();
    expect(await pinnedAnswers(box)).toEqual(['1']);

    expect(await rolledBy(box, () => box.editConfig({ a: '3' }))).toBe(1);
    expect(await pinnedAnswers(box)).toEqual(['3']);
    // Each rollout is told of, though the words are the same.
    await eventually(async () => expect(await eventsIn(box, 'RolledAfterEdit')).toHaveLength(2));
  });
});

const ENV = reading({ env: [fromKey('app', 'a')] });
describe.concurrent('an edit without a call', () => {
  test('rolls nobody into a required source that is gone, and all when an optional one comes or goes', async () => {
    const optional = { configMapRef: { name: 'maybe', optional: true } };
    const box = await timedSandbox(
      DEPLOYMENT,
      lockstep(),
      configMap({ a: '1' }),
      configMap({ m: '1' }, 'maybe'),
      web({ podSpec: reading({ envFrom: [{ configMapRef: { name: 'app' } }, optional] }) }),
    );
    const revisions = await box.revisions();
    await box.kubectl(['delete', 'configmap/app']);
    await eventually(async () => expect(await eventsIn(box, 'NotRolledAfterEdit')).toHaveLength(1));
    expect((await eventsIn(box, 'NotRolledAfterEdit'))[0]).toContain('onfigmap/app');
    // The same content comes back.
    await box.apply(configMap({ a: '1' }));
    await untilLookedAt(box);
    expect(await box.revisions()).toHaveLength(revisions.length);

    await box.kubectl(['delete', 'configmap/app']);
    expect(await rolledBy(box, () => box.apply(configMap({ a: '2' })))).toBe(1);
    expect(await rolledBy(box, () => box.kubectl(['delete', 'configmap/maybe']))).toBe(1);
    expect(await rolledBy(box, () => box.apply(configMap({ m: '2' }, 'maybe')))).toBe(1);
  });

  test('moves nobody who does not use it, or does not ask for that', async () => {
    const app = (name: string, more: object) => web({ name, podSpec: ENV, ...more });
    const others = {
      ignored: { annotations: { 'lockstep.dev/ignore': 'configmap/app' } },
      silent: { annotations: { 'lockstep.dev/roll-on': 'create,update,scale,node' } },
      disabled: { labels: { 'lockstep.dev/inject': 'disabled' } },
      paused: { paused: true },
    };
    const names = Object.keys(others);
    const outside = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
    const excluded = (args: readonly string[], input: string) =>
      lockstep().cluster.kubectlOk(['--namespace=lockstep', ...args], { input });
    const strangers = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'List' },
      items: [configMap({ a: '1' }), web({ podSpec: ENV })],
    });
    await Promise.all([
      outside.apply(configMap({ a: '1' }), web({ podSpec: ENV })),
      excluded(['apply', '-f', '-'], strangers),
    ]);
    const extra = reading({ env: [fromKey('app', 'a')] });
    const box = await timedSandbox(
      DEPLOYMENT,
      lockstep(),
      configMap({ a: '1' }),
      configMap({ x: '1' }, 'extra'),
      ...Object.entries(others).map(([name, more]) => app(name, more)),
      STATEFUL_SET.web({ name: 'empty', podSpec: ENV, replicas: 0 }),
      web({ podSpec: extra, annotations: { 'lockstep.dev/include': 'configmap/extra' } }),
    );
    const before = await hashesOf(box, names);
    const empty = await hashIn(box, 'statefulsets', 'empty');
    const edit = excluded(['patch', 'configmap/app', '--patch={"data":{"a":"2"}}'], '');
    await Promise.all([outside.editConfig({ a: '2' }), edit]);
    expect(await rolledBy(box, () => box.editConfig({ a: '2' }))).toBe(1);
    expect(await rolledBy(box, () => box.editConfig({ x: '2' }, 'extra'))).toBe(1);
    await untilLookedAt(box);
    expect(await hashesOf(box, names)).toEqual(before);
    expect((await outside.marks()).hash).toBeUndefined();
    const stranger = await lockstep().cluster.api.get('/apis/apps/v1/namespaces/lockstep/deployments/web');
    expect(JSON.stringify(stranger)).not.toContain('lockstep.dev/');
    await excluded(['delete', 'deployment/web', 'configmap/app'], '');
    // No pod restarts where there is none.
    expect(await hashIn(box, 'statefulsets', 'empty')).not.toBe(empty);
  });
});
