import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseList } from '../../lab/control-plane/objects.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { type Lockstep, setUp } from '../../lab/lockstep/lockstep.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOfTemplate,
  copiesIn,
  copyOf,
  eventsIn,
  ownersIn,
  PIN,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import { startProgram } from '../../lab/lockstep/program.ts';
import { type Replicas, startReplicas } from '../../lab/lockstep/replicas.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { v1 } from '../../src/digest/format.ts';
import { COPY_OF, PINNED } from '../../src/marks/names.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { KEY_TEXT } from '../kit/secret-keys.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type DirectCalls, directCalls } from './direct-calls.ts';

const VALUES = { 'pin.enabled': 'true', 'secrets.enabled': 'true' };
const DISABLED = { 'lockstep.dev/inject': 'disabled' };

let folder = '';
let lockstep: Lockstep;
let replicas: Replicas;
let direct: DirectCalls;
// Two replicas, so that what one of them knows does not help the other.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  const keys = join(folder, 'keys');
  await writeFile(keys, KEY_TEXT, { mode: 0o600 });
  lockstep = await setUp(useCluster(), folder);
  await lockstep.apply(VALUES);
  replicas = await startReplicas(lockstep, { flags: ['--secrets=on', '--secrets-key-file', keys] });
  await lockstep.register(VALUES);
  direct = directCalls(lockstep.port);
});
afterAll(async () => {
  await direct?.close();
  await lockstep?.unregister();
  await replicas?.stop();
  await rm(folder, { recursive: true, force: true });
});

const label = (box: Sandbox, ...labels: readonly string[]) =>
  useCluster().kubectlOk(['label', '--overwrite', 'namespace', box.namespace, ...labels]);

async function startWeb(labels: Readonly<Record<string, string>> = PIN): Promise<Sandbox> {
  const box = await sandbox(useCluster(), labels);
  await box.apply(configMap({ A: '1' }), web());
  await box.untilRolledOut();
  return box;
}

const replicaSetsIn = async (box: Sandbox) => parseList(await box.read('replicasets')).items;

describe('Invariant 7, checked, not believed: an object that looks like a copy', () => {
  /** Makes the object that lockstep would make of `app`, with one key more. Anybody can compute the digest. */
  async function forge(box: Sandbox, data: Readonly<Record<string, string>>): Promise<string> {
    const digest = v1().sourceDigest('', ALL_OF_APP, { data, binaryData: {} });
    const name = `app-lockstep-${digest.slice(0, 16)}`;
    const note = { source: 'configmap/app', digest, data: Object.keys(data), binaryData: [] };
    const metadata = {
      name,
      labels: { 'lockstep.dev/copy': 'true' },
      annotations: { [COPY_OF]: JSON.stringify(note) },
    };
    const object = { ...configMap({ ...data, FORGED: 'yes' }), metadata, immutable: true };
    await box.kubectl(['create', '-f', '-'], JSON.stringify(object));
    return name;
  }
  const WHY = 'it holds keys that its annotation lockstep.dev/copy-of lacks. Delete it';

  test('with a key more is read by no pod, and a warning and an event say so', async () => {
    const box = await startWeb();
    await box.editConfig({ A: '2' });
    const name = await forge(box, { A: '2' });
    expect((await scale(box, 3)).stderr).toContain(`configmap/${name} is not the copy that lockstep made`);
    await box.untilRolledOut();
    expect(await copyOf(box)).toBe(name);
    expect(await readBy(box)).toEqual([['app'], ['app'], ['app']]);
    await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(WHY)]);
    await box.kubectl(['delete', 'configmap', name]);
    await replacePods(box);
    expect(await readBy(box)).toEqual([[name], [name], [name]]);
    expect((await copiesIn(box)).find(({ metadata }) => metadata.name === name)?.data).toEqual({ A: '2' });
  });

  test('with a key more is read by no pod if errors deny: the scale-up is refused', async () => {
    const box = await startWeb({ ...PIN, 'lockstep.dev/on-error': 'deny' });
    await box.editConfig({ A: '2' });
    await forge(box, { A: '2' });
    await expect(scale(box, 3)).rejects.toThrow(WHY);
    expect(await readBy(box)).toEqual([[await copyOf(box)], [await copyOf(box)]]);
  });
});

describe('Invariant 7, checked, not believed: somebody who is not the API server', () => {
  const invented = (image: string) => ({
    ...web({ image }),
    metadata: { name: 'web', uid: 'invented', resourceVersion: '1' },
  });
  const scaleOf = (count: number) => ({ metadata: { name: 'web' }, spec: { replicas: count } });
  const scaleUp = (box: Sandbox, path = 'scale') =>
    direct.review(path, {
      namespace: box.namespace,
      operation: 'UPDATE',
      resource: { group: 'apps', resource: 'deployments' },
      object: scaleOf(9),
      oldObject: scaleOf(1),
    });
  const create = (box: Sandbox, path: string, of: object) =>
    direct.review(path, { namespace: box.namespace, operation: 'CREATE', object: of });
  const reading = (items: readonly string[]) =>
    web({
      podSpec: {
        volumes: [
          {
            name: 'v',
            secret: {
              secretName: 'db',
              optional: true,
              items: items.map((key) => ({ key, path: key })),
            },
          },
        ],
      },
    });

  test('rolls nothing in a namespace that has lockstep switched off', async () => {
    const box = await startWeb({});
    await label(box, 'lockstep.dev/inject=disabled');
    await box.editConfig({ A: '2' });
    const before = await box.marks();
    for (const path of ['scale', 'scale/pin', 'scale/deny/pin'])
      expect(await scaleUp(box, path)).toMatchObject({ decision: 'leave', reason: 'unmanaged' });
    expect(await box.marks()).toEqual(before);
    await label(box, 'lockstep.dev/inject-');
    expect(await scaleUp(box)).toMatchObject({ decision: 'write', reason: 'drifted' });
    expect(await box.marks()).not.toEqual(before);
  });

  test('gets no copies where the namespace does not ask for them, whatever the path says', async () => {
    for (const labels of [{}, { ...DISABLED, ...PIN }]) {
      const box = await sandbox(useCluster(), labels);
      await box.apply(configMap({ A: '1' }), secret({ password: 'x' }));
      for (const key of ['password', 'nope1', 'nope2']) await create(box, 'template/pin', reading([key]));
      const pinned = web({ labels: { ...PIN, 'lockstep.dev/inject': 'enabled' } });
      if ('lockstep.dev/inject' in labels) await create(box, 'template/pin', pinned);
      expect([...(await copiesIn(box)), ...(await copiesIn(box, 'secrets'))]).toEqual([]);
    }
  });

  test('gets no more than 64 MiB of copies in a namespace, and others still get theirs', async () => {
    // The limit is each replica's own, so one replica is asked, whose grace is the default.
    const port = await freePort();
    const flags = ['--pin=on', '--secrets=on', '--secrets-key-file', join(folder, 'keys')];
    const alone = await startProgram([...(await lockstep.programFlags(port)), ...flags]);
    const calls = directCalls(port);
    const pin = (box: Sandbox, names: readonly string[]) =>
      calls.review('template', {
        namespace: box.namespace,
        operation: 'CREATE',
        object: { ...reading(names), metadata: { name: 'web', labels: PIN } },
      });
    try {
      const [box, other] = [await sandbox(useCluster(), {}), await sandbox(useCluster(), {})];
      const large = JSON.stringify(secret({ password: 'x'.repeat(700_000) }));
      for (const each of [box, other]) await each.kubectl(['create', '-f', '-'], large);
      // Each key that does not exist makes another copy of the same content, which takes 0.9 MiB in base64.
      const keys = Array.from({ length: 80 }, (_, i) => ['password', `nope${i}`]);
      for (let at = 0; at < keys.length; at += 8)
        await Promise.all(keys.slice(at, at + 8).map((names) => pin(box, names)));
      const made = await copiesIn(box, 'secrets');
      expect(made.length).toBeGreaterThan(60);
      expect(made.length).toBeLessThan(75);
      await pin(other, ['password']);
      expect(await copiesIn(other, 'secrets')).toHaveLength(1);
    } finally {
      await calls.close();
      await alone.stop();
    }
  });

  test('does not become an owner of copies: an invented workload', async () => {
    const box = await startWeb();
    await box.editConfig({ A: '2' });
    const [sure] = ownersIn(await copiesIn(box));
    await direct.review('template/pin', {
      namespace: box.namespace,
      operation: 'UPDATE',
      object: invented('web:2'),
      oldObject: invented('web:1'),
    });
    const owners = ownersIn(await copiesIn(box));
    expect(owners).toHaveLength(2);
    expect(owners).toContainEqual(sure);
    expect(owners).toContainEqual([`Namespace/${box.namespace}`]);
  });

  test('writes nothing about pods of ReplicaSets that do not exist: no owner, no copy, no event', async () => {
    const box = await startWeb();
    const [set] = await replicaSetsIn(box);
    const annotations = await annotationsOfTemplate(box);
    const before = JSON.stringify(await copiesIn(box));
    const pod = (owner: { name?: string | undefined; uid?: string | undefined }, changed: object = {}) => ({
      metadata: {
        generateName: 'x-',
        annotations: { ...annotations, ...changed },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', controller: true, ...owner }],
      },
      spec: { containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'app' } }] }] },
    });
    const lost = { 'lockstep.dev/config-sources': '{"configmap/app":"0123456789abcdef"}' };
    const uid = '11111111-2222-3333-4444-555555555555';
    const owners = ['invented', set?.metadata.name, '../configmaps/app', '..'].map((name) => ({ name, uid }));
    for (const owner of owners)
      for (const changed of [{}, lost])
        expect(await create(box, 'pod', pod(owner, changed))).toMatchObject({
          decision: 'leave',
          reason: 'no-replicaset',
        });
    // The pods of a real ReplicaSet carry its marks. These do not, so somebody has invented the pod.
    const real = { name: set?.metadata.name, uid: set?.metadata.uid };
    expect(await create(box, 'pod', pod(real, lost))).toMatchObject({ reason: 'no-replicaset' });
    expect(JSON.stringify(await copiesIn(box))).toBe(before);
    // A pod of its own gets an event, so an earlier one of the others would be here by now.
    await box.editConfig({ A: '2' });
    await box.kubectl(['delete', 'configmap', await copyOf(box)]);
    expect(await create(box, 'pod', pod(real))).toMatchObject({ reason: 'copy_lost' });
    await expect.poll(() => eventsIn(box, 'NotPinned')).toHaveLength(1);
  });

  test('cannot leave the paths of the API through a namespace that cannot exist', async () => {
    for (const namespace of ['..', 'a/b', 'a?limit=1', 'A'])
      expect(await direct.status('scale', { namespace, operation: 'UPDATE', object: scaleOf(9) })).toBe(400);
  });
});

describe('Invariant 7, checked, not believed: a ReplicaSet whose template names copies', () => {
  /** A ReplicaSet that says that its pods read a copy of what `app` holds. */
  function forged(): object {
    const digest = v1().sourceDigest('', ALL_OF_APP, { data: { A: '1' }, binaryData: {} });
    const annotations = {
      'lockstep.dev/config-sources': JSON.stringify({ 'configmap/app': digest.slice(0, 16) }),
      [PINNED]: 'configmap/app',
    };
    const envFrom = [{ configMapRef: { name: 'app' } }];
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'mine' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'mine' } },
        template: {
          metadata: { labels: { app: 'mine' }, annotations },
          spec: { containers: [{ name: 'c', image: 'web:1', envFrom }] },
        },
      },
    };
  }

  test('gets none made if nobody asks for them', async () => {
    const box = await sandbox(useCluster(), {});
    await box.apply(configMap({ A: '1' }), forged());
    const why = 'the owner of replicaset/mine does not ask for copies';
    await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(why)]);
    expect(await copiesIn(box)).toEqual([]);
    expect(await readBy(box)).toEqual([['app']]);
  });

  test('gets none made where lockstep is switched off, and no event either', async () => {
    const box = await sandbox(useCluster(), { ...PIN, ...DISABLED });
    await box.apply(configMap({ A: '1' }), forged());
    await expect.poll(() => readBy(box)).toEqual([['app']]);
    expect(await copiesIn(box)).toEqual([]);
    // The next pod gets its copy, so an event about the first one would be here by then.
    await label(box, 'lockstep.dev/inject-');
    await box.kubectl(['delete', 'pods', '--all']);
    await expect.poll(() => copiesIn(box)).toHaveLength(1);
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });
});

describe('Invariant 4, quiet: a template of an earlier version, whose list of copies has no seals,', () => {
  test('rolls nothing and its pods read their copies; the next template has seals', async () => {
    const box = await startWeb();
    const sealed = (await annotationsOfTemplate(box))[PINNED] ?? '';
    expect(sealed).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
    // Where lockstep is switched off, anybody can write what an earlier version wrote.
    await label(box, 'lockstep.dev/inject=disabled');
    const template = { metadata: { annotations: { [PINNED]: 'configmap/app' } } };
    const patch = JSON.stringify({ spec: { template } });
    await box.kubectl(['patch', 'deployment/web', '--type=merge', '--patch', patch]);
    await box.untilRolledOut();
    await label(box, 'lockstep.dev/inject-');
    const name = await copyOf(box);
    const sets = await setsAfter(box, async () => {
      expectSilence(await scale(box, 3));
      expectSilence(await box.kubectl(['annotate', 'deployment/web', 'note=1']));
      await replacePods(box);
    });
    expect(sets).toBe(0);
    expect(await readBy(box)).toEqual([[name], [name], [name]]);
    expect((await annotationsOfTemplate(box))[PINNED]).toBe('configmap/app');
    await box.kubectl(['rollout', 'restart', 'deployment/web']);
    await box.untilRolledOut();
    expect((await annotationsOfTemplate(box))[PINNED]).toBe(sealed);
  });
});

describe('many warnings', () => {
  test('of one call: the API server passes on those that fit, and the number of the others', async () => {
    const box = await sandbox(useCluster(), PIN);
    const envFrom = Array.from({ length: 200 }, (_, i) => ({
      configMapRef: { name: `missing-${i}` },
    }));
    const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
    const told = await box.apply(web({ replicas: 0, podSpec }));
    const lines = told.stderr.split('\n').filter((line) => line.startsWith('Warning: lockstep: '));
    expect(lines.length).toBeGreaterThan(20);
    expectWarning(told, `${200 - lines.length + 1} more warnings`);
  });
});
