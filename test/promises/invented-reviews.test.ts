import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseList } from '../../lab/control-plane/objects.ts';
import { DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOfTemplate,
  copiesIn,
  copyOf,
  eventsIn,
  ownersIn,
  PIN,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { PINNED_KINDS, SCALED_KINDS } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type DirectCalls, directCalls } from './direct-calls.ts';

const lockstep = useLockstep({
  secrets: true,
  flags: ['--pin=on'],
  values: { 'pin.enabled': 'true', 'secrets.enabled': 'true' },
});
const labelNamespace = (box: Sandbox, text: string) =>
  box.kubectl(['label', '--overwrite', 'namespace', box.namespace, text]);
const DISABLED = { 'lockstep.dev/inject': 'disabled' };

let direct: DirectCalls;
beforeAll(() => {
  direct = directCalls(lockstep().port);
});
afterAll(() => direct?.close());

async function startWeb(
  kind: Kind = DEPLOYMENT,
  labels: Readonly<Record<string, string>> = PIN,
): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels, kind);
  await box.apply(configMap({ A: '1' }), kind.web());
  await box.untilRolledOut();
  return box;
}

const replicaSetsIn = async (box: Sandbox) => parseList(await box.read('replicasets')).items;

describe('Invariant 7, checked, not believed: somebody who is not the API server', () => {
  const invented = (kind: Kind, image: string) => ({
    ...kind.web({ image }),
    metadata: { name: 'web', uid: 'invented', resourceVersion: '1' },
  });
  const scaleOf = (count: number) => ({ metadata: { name: 'web' }, spec: { replicas: count } });
  const scaleUp = (box: Sandbox, path = 'scale') =>
    direct.review(path, {
      namespace: box.namespace,
      operation: 'UPDATE',
      resource: { group: 'apps', resource: box.kind.resource },
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

  test.each(SCALED_KINDS)('rolls no $kind in a namespace that has lockstep switched off', async (kind) => {
    const box = await startWeb(kind, {});
    await labelNamespace(box, 'lockstep.dev/inject=disabled');
    await box.editConfig({ A: '2' });
    const before = await box.marks();
    for (const path of ['scale', 'scale/pin', 'scale/deny/pin'])
      expect(await scaleUp(box, path)).toMatchObject({ decision: 'leave', reason: 'unmanaged' });
    expect(await box.marks()).toEqual(before);
    await labelNamespace(box, 'lockstep.dev/inject-');
    expect(await scaleUp(box)).toMatchObject({ decision: 'write', reason: 'drifted' });
    expect(await box.marks()).not.toEqual(before);
  });

  test('gets no copies where the namespace does not ask for them, whatever the path says', async () => {
    for (const labels of [{}, { ...DISABLED, ...PIN }]) {
      const box = await lockstep().sandbox(labels);
      await box.apply(configMap({ A: '1' }), secret({ password: 'x' }));
      for (const key of ['password', 'nope1', 'nope2']) await create(box, 'template/pin', reading([key]));
      const pinned = web({ labels: { ...PIN, 'lockstep.dev/inject': 'enabled' } });
      if ('lockstep.dev/inject' in labels) await create(box, 'template/pin', pinned);
      expect([...(await copiesIn(box)), ...(await copiesIn(box, 'secrets'))]).toEqual([]);
    }
  });

  test('gets no more than 64 MiB of copies in a namespace, and others still get theirs', async () => {
    const pin = (box: Sandbox, names: readonly string[]) =>
      create(box, 'template', { ...reading(names), metadata: { name: 'web', labels: PIN } });
    const [box, other] = [await lockstep().sandbox(), await lockstep().sandbox()];
    const large = JSON.stringify(secret({ password: 'x'.repeat(700_000) }));
    for (const each of [box, other]) await each.kubectl(['create', '-f', '-'], large);
    // Each key that does not exist makes another copy of the same content, which takes 0.9 MiB in base64.
    const keys = Array.from({ length: 75 }, (_, i) => ['password', `nope${i}`]);
    for (let at = 0; at < keys.length; at += 5)
      await Promise.all(keys.slice(at, at + 5).map((names) => pin(box, names)));
    const made = await copiesIn(box, 'secrets');
    expect(made.length).toBeGreaterThan(60);
    expect(made.length).toBeLessThan(75);
    await pin(other, ['password']);
    expect(await copiesIn(other, 'secrets')).toHaveLength(1);
  });

  test.each(PINNED_KINDS)('does not become an owner of copies: an invented $kind', async (kind) => {
    const box = await startWeb(kind);
    await box.editConfig({ A: '2' });
    const [sure] = ownersIn(await copiesIn(box));
    await direct.review('template/pin', {
      namespace: box.namespace,
      operation: 'UPDATE',
      object: invented(kind, 'web:2'),
      oldObject: invented(kind, 'web:1'),
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
          reason: 'no-revision',
        });
    // The pods of a real ReplicaSet carry its marks. These do not, so somebody has invented the pod.
    const real = { name: set?.metadata.name, uid: set?.metadata.uid };
    expect(await create(box, 'pod', pod(real, lost))).toMatchObject({ reason: 'no-revision' });
    expect(JSON.stringify(await copiesIn(box))).toBe(before);
    // A pod of its own gets an event, so an earlier one of the others would be here by now.
    await box.editConfig({ A: '2' });
    await box.kubectl(['delete', 'configmap', await copyOf(box)]);
    expect(await create(box, 'pod', pod(real))).toMatchObject({ reason: 'copy_lost' });
    await expect.poll(() => eventsIn(box, 'NotPinned')).toHaveLength(1);
  });

  test('writes nothing about pods that only name a ControllerRevision, or invent its StatefulSet', async () => {
    const box = await lockstep().sandbox(PIN, STATEFUL_SET);
    await box.apply(configMap({ A: '1' }), STATEFUL_SET.web());
    await box.untilRolledOut();
    const annotations = await annotationsOfTemplate(box);
    const [revision] = parseList(await box.read('controllerrevisions')).items;
    const [set] = parseList(await box.read('statefulsets')).items;
    const before = JSON.stringify(await copiesIn(box));
    const [name, uid] = [set?.metadata.name, set?.metadata.uid];
    const pod = (hash: string | undefined, owner: object, changed: object = {}) => ({
      metadata: {
        name: 'web-9',
        labels: { 'controller-revision-hash': hash },
        annotations: { ...annotations, ...changed },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', controller: true, ...owner }],
      },
      spec: { containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'app' } }] }] },
    });
    const hash = revision?.metadata.name;
    const other = { 'lockstep.dev/config-sources': '{"configmap/app":"0123456789abcdef"}' };
    const pods = [
      ...['invented', '../configmaps/app', '..'].map((label) => pod(label, { name, uid })),
      pod(hash, { name, uid: '11111111-2222-3333-4444-555555555555' }),
      pod(hash, { name: 'other', uid }),
      pod(hash, { kind: 'DaemonSet', name, uid }),
      // Pods of this revision carry its marks.
      pod(hash, { name, uid }, other),
    ];
    for (const each of pods)
      expect(await create(box, 'pod', each)).toMatchObject({ decision: 'leave', reason: 'no-revision' });
    expect(JSON.stringify(await copiesIn(box))).toBe(before);
    await box.editConfig({ A: '2' });
    await box.kubectl(['delete', 'configmap', await copyOf(box)]);
    expect(await create(box, 'pod', pod(hash, { name, uid }))).toMatchObject({ reason: 'copy_lost' });
    await expect.poll(() => eventsIn(box, 'NotPinned')).toHaveLength(1);
  });

  test('cannot leave the paths of the API through a namespace that cannot exist', async () => {
    for (const namespace of ['..', 'a/b', 'a?limit=1', 'A'])
      expect(await direct.status('scale', { namespace, operation: 'UPDATE', object: scaleOf(9) })).toBe(400);
  });
});
