import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { copiesIn, copyOf, eventsIn, PIN, podsIn, readBy, replacePods } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { COPY_OF } from '../../src/marks/names.ts';
import { expectWarning } from '../kit/expectations.ts';
import { forKinds, onEach, PINNED_KINDS, podCount } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUES = { 'pin.enabled': 'true' };
const lockstep = useLockstep({ flags: ['--pin=on'], values: VALUES });

const DENY = { 'lockstep.dev/on-error': 'deny' };

async function startWeb(
  kind: Kind = DEPLOYMENT,
  labels: Readonly<Record<string, string>> = {},
): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels, kind);
  await box.apply(configMap({ a: '1' }), kind.web({ labels: PIN }));
  await box.untilRolledOut();
  return box;
}

const failed = (reason: string) =>
  lockstep().program().metric('lockstep_reviews_total', { webhook: 'pod', decision: 'fail', reason });

/** Replaces a copy by another object. */
async function swap(box: Sandbox, name: string, other: object): Promise<void> {
  await box.kubectl(['delete', 'configmap', name]);
  await box.kubectl(['create', '-f', '-'], JSON.stringify({ ...configMap({ a: 'mine' }, name), ...other }));
}

/** All pods read this. */
const allRead = ({ kind }: Sandbox, name: string) => Array.from({ length: podCount(kind, 2) }, () => [name]);

/** All pods read the live configuration, and an event says why. */
async function expectLive(box: Sandbox, why: string): Promise<void> {
  await replacePods(box);
  expect(await readBy(box)).toEqual(allRead(box, 'app'));
  await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(why)]);
}

describe('a copy that is missing', () => {
  test('is made again if the source still has the same content', async () => {
    const box = await startWeb();
    const name = await copyOf(box);
    await box.kubectl(['delete', 'configmap', name]);
    await replacePods(box);
    expect(await readBy(box)).toEqual([[name], [name]]);
    const [replicaSet] = (await podsIn(box)).map((pod) => pod.replicaSet);
    expect(await copiesIn(box)).toMatchObject([
      { data: { a: '1' }, metadata: { name, ownerReferences: [{ kind: 'ReplicaSet', name: replicaSet }] } },
    ]);
  });

  test('and is lost makes pods start on live configuration, with an event and a metric', async () => {
    const boxes = await forKinds((kind) => startWeb(kind), PINNED_KINDS);
    const before = await failed('copy_lost');
    await onEach(boxes, async (box) => {
      await box.editConfig({ a: '2' });
      const name = await copyOf(box);
      await box.kubectl(['delete', 'configmap', name]);
      await expectLive(box, `configmap/${name} is gone, and configmap/app no longer holds the same`);
    });
    const pods = PINNED_KINDS.reduce((sum, kind) => sum + podCount(kind, 2), 0);
    expect((await failed('copy_lost')) - before).toBeGreaterThanOrEqual(pods);
  });

  test('and is lost, if errors deny, makes pods wait with a reason, and start later by themselves', async () => {
    const box = await startWeb(DEPLOYMENT, DENY);
    await box.editConfig({ a: '2' });
    const name = await copyOf(box);
    await box.kubectl(['delete', 'configmap', name]);
    await box.kubectl(['delete', 'pods', '--all']);
    await eventually(async () =>
      (await eventsIn(box, 'FailedCreate')).some((message) =>
        message.includes(`configmap/${name} is gone, and configmap/app no longer holds the same`),
      ),
    );
    expect(await readBy(box)).toEqual([]);
    await box.editConfig({ a: '1' });
    await expect.poll(() => readBy(box)).toEqual([[name], [name]]);
  });
});

describe('an object in the place of a copy', () => {
  test('that can be changed is not read', async () => {
    await forKinds(async (kind) => {
      const box = await startWeb(kind);
      const name = await copyOf(box);
      await swap(box, name, {});
      await expectLive(
        box,
        `configmap/${name} is not the copy that lockstep made: it is not immutable. Delete it`,
      );
      await box.kubectl(['delete', 'configmap', name]);
      await replacePods(box);
      expect(await readBy(box)).toEqual(allRead(box, name));
    }, PINNED_KINDS);
  });

  test('that says it is a copy, but holds something else, is not read', async () => {
    const box = await startWeb();
    const name = await copyOf(box);
    const [copy] = await copiesIn(box);
    const annotations = { [COPY_OF]: copy?.metadata.annotations?.[COPY_OF] };
    await swap(box, name, { immutable: true, metadata: { name, annotations } });
    await expectLive(box, 'its content does not match its digest');
    await box.kubectl(['delete', 'configmap', name]);
    await replacePods(box);
    expect(await readBy(box)).toEqual([[name], [name]]);
  });
});

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'few' },
  // The namespace's own kube-root-ca.crt, and the source.
  spec: { hard: { 'count/configmaps': '2' } },
};
const USED_UP = 'the API server answered 403 to create configmaps: a ResourceQuota is used up';

async function withQuota(kind: Kind, labels: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels, kind);
  await box.apply(configMap({ a: '1' }), QUOTA);
  await eventually(async () => {
    const { stdout } = await box.kubectl(['get', 'resourcequota/few', '-o', 'jsonpath={.status.used}']);
    return stdout.includes('"2"');
  });
  return box;
}

describe('a copy that cannot be made', () => {
  test('because of a quota causes a warning at once; pods start live, and on copies once there is room', async () => {
    await forKinds(async (kind) => {
      const box = await withQuota(kind);
      expectWarning(
        await box.apply(kind.web({ labels: PIN })),
        `pods of ${box.subject} may start on live configuration: ${USED_UP}`,
      );
      await box.untilRolledOut();
      await expectLive(box, USED_UP);
      await box.kubectl(['delete', 'resourcequota/few']);
      await replacePods(box);
      expect(await readBy(box)).toEqual(allRead(box, await copyOf(box)));
    }, PINNED_KINDS);
  });

  test('because of a quota, if errors deny, refuses the workload with the reason', async () => {
    await forKinds(async (kind) => {
      const box = await withQuota(kind, DENY);
      const asked = ['-n', box.namespace, 'apply', '-f', '-'];
      const input = JSON.stringify(kind.web({ labels: PIN }));
      const { exitCode, stderr } = await lockstep().cluster.kubectl(asked, { input });
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain(USED_UP);
    }, PINNED_KINDS);
  });
});

describe('without the right to make copies', () => {
  afterEach(() => lockstep().register(VALUES));

  test('a warning says so at once, and pods start on live configuration, with an event', async () => {
    const rules = [
      { apiGroups: [''], resources: ['configmaps', 'namespaces'], verbs: ['get', 'list'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
      { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list', 'patch'] },
    ];
    const patch = JSON.stringify({ rules });
    await lockstep().cluster.kubectlOk([
      'patch',
      'clusterrole',
      'lockstep',
      '--type=merge',
      '--patch',
      patch,
    ]);
    const why = 'the API server answered 403 to create configmaps: lockstep lacks that right';
    // Until the API server knows that the right is removed.
    const box = await eventually(async () => {
      const each = await lockstep().sandbox();
      const { stderr } = await each.apply(configMap({ a: '1' }), web({ labels: PIN }));
      return stderr.includes(`pods of deployment/web may start on live configuration: ${why}`) && each;
    });
    await box.untilRolledOut();
    await expectLive(box, why);
  });
});

describe('a template without room for the names of copies', () => {
  const NOTE = 'x'.repeat(256 * 1024 - 200);
  const withNote = (box: Sandbox) => {
    const of = web({ labels: PIN, spec: { template: TEMPLATE } });
    const args = ['-n', box.namespace, 'create', '-f', '-'];
    return lockstep().cluster.kubectl(args, { input: JSON.stringify(of) });
  };
  const TEMPLATE = {
    metadata: { labels: { app: 'web' }, annotations: { note: NOTE } },
    spec: { containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'app' } }] }] },
  };

  test('starts its pods on live configuration, with a warning', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }));
    const created = await withNote(box);
    expect(created.exitCode).toBe(0);
    expectWarning(
      created,
      'annotations of the template of deployment/web leave no room for lockstep.dev/pinned: its pods start on live configuration',
    );
    await box.untilRolledOut();
    expect(await readBy(box)).toEqual([['app'], ['app']]);
    expect(await copiesIn(box)).toEqual([]);
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });

  test('is refused with a reason if errors deny', async () => {
    const box = await lockstep().sandbox(DENY);
    await box.apply(configMap({ a: '1' }));
    const refused = await withNote(box);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain(
      'the template of deployment/web has no room for the names of its copies: remove annotations from it',
    );
  });
});

test('a source of which thousands of keys are named stays live, with a warning', async () => {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }));
  const env = Array.from({ length: 4_900 }, (_, i) => {
    const key = `${'k'.repeat(50)}${i}`;
    return { name: `E${i}`, valueFrom: { configMapKeyRef: { name: 'many', key, optional: true } } };
  });
  const containers = [{ name: 'web', image: 'web:1', env, envFrom: [{ configMapRef: { name: 'app' } }] }];
  const args = ['create', '-f', '-'];
  const created = await box.kubectl(args, JSON.stringify(web({ labels: PIN, podSpec: { containers } })));
  expectWarning(
    created,
    'configmap/many stays live in pods of deployment/web: the names of its keys take more than an annotation holds',
  );
  expect(await copiesIn(box)).toHaveLength(1);
});
