import { describe, expect, test } from 'vitest';
import type { Kind } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOfTemplate,
  copiesIn,
  copyOf,
  eventsIn,
  PIN,
  podsIn,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { v1 } from '../../src/digest/format.ts';
import { COPY_OF, PINNED } from '../../src/marks/names.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { expectSilence } from '../kit/expectations.ts';
import { job, jobUid } from '../kit/jobs.ts';
import { describeKinds, PINNED_KINDS, podCount } from '../kit/kinds.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useReplicas } from '../kit/use-replicas.ts';

// Two replicas, so that what one of them knows does not help the other.
const installed = useReplicas({ values: { 'pin.enabled': 'true' } });

async function startWeb(kind: Kind, labels: Readonly<Record<string, string>> = PIN): Promise<Sandbox> {
  const box = await installed().lockstep.sandbox(labels, kind);
  await box.apply(configMap({ A: '1' }), kind.web());
  await box.untilRolledOut();
  return box;
}

/** All pods of a workload, if it has replicas of this number, read this. */
const allRead = ({ kind }: Sandbox, name: string, replicas: number) =>
  Array.from({ length: podCount(kind, replicas) }, () => [name]);

const labelNamespace = (box: Sandbox, text: string) =>
  box.kubectl(['label', '--overwrite', 'namespace', box.namespace, text]);

describeKinds(
  'Invariant 7, checked, not believed: an object that looks like a copy',
  (kind) => {
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

    test('with a key more is read by no pod, and a warning and an event say so', async ({ expect }) => {
      const box = await startWeb(kind);
      await box.editConfig({ A: '2' });
      const name = await forge(box, { A: '2' });
      expect((await scale(box, 3)).stderr).toContain(`configmap/${name} is not the copy that lockstep made`);
      await box.untilRolledOut();
      expect(await copyOf(box)).toBe(name);
      expect(await readBy(box)).toEqual(allRead(box, 'app', 3));
      await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(WHY)]);
      await box.kubectl(['delete', 'configmap', name]);
      await replacePods(box);
      expect(await readBy(box)).toEqual(allRead(box, name, 3));
      expect((await copiesIn(box)).find(({ metadata }) => metadata.name === name)?.data).toEqual({ A: '2' });
    });

    test('with a key more is read by no pod if errors deny: the scale-up is refused', async ({ expect }) => {
      const box = await startWeb(kind, { ...PIN, 'lockstep.dev/on-error': 'deny' });
      await box.editConfig({ A: '2' });
      await forge(box, { A: '2' });
      await expect(scale(box, 3)).rejects.toThrow(WHY);
      expect(await readBy(box)).toEqual(allRead(box, await copyOf(box), 2));
    });
  },
  PINNED_KINDS,
);

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
    const box = await installed().lockstep.sandbox();
    await box.apply(configMap({ A: '1' }), forged());
    const why = 'the owner of replicaset/mine does not ask for copies';
    await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(why)]);
    expect(await copiesIn(box)).toEqual([]);
    expect(await readBy(box)).toEqual([['app']]);
  });

  test('gets none made where lockstep is switched off, and no event either', async () => {
    const box = await installed().lockstep.sandbox({ ...PIN, 'lockstep.dev/inject': 'disabled' });
    await box.apply(configMap({ A: '1' }), forged());
    await expect.poll(() => readBy(box)).toEqual([['app']]);
    expect(await copiesIn(box)).toEqual([]);
    // The next pod gets its copy, so an event about the first one would be here by then.
    await labelNamespace(box, 'lockstep.dev/inject-');
    await box.kubectl(['delete', 'pods', '--all']);
    await expect.poll(() => copiesIn(box)).toHaveLength(1);
    expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  });
});

describeKinds(
  'Invariant 4, quiet: a template of an earlier version, whose list of copies has no seals,',
  (kind) => {
    test('rolls nothing and its pods read their copies; the next template has seals', async () => {
      const box = await startWeb(kind);
      const sealed = (await annotationsOfTemplate(box))[PINNED] ?? '';
      expect(sealed).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
      // Where lockstep is switched off, anybody can write what an earlier version wrote.
      await labelNamespace(box, 'lockstep.dev/inject=disabled');
      const template = { metadata: { annotations: { [PINNED]: 'configmap/app' } } };
      const patch = JSON.stringify({ spec: { template } });
      await box.kubectl(['patch', box.subject, '--type=merge', '--patch', patch]);
      await box.untilRolledOut();
      await labelNamespace(box, 'lockstep.dev/inject-');
      const name = await copyOf(box);
      const sets = await setsAfter(box, async () => {
        expectSilence(await scale(box, 3));
        expectSilence(await box.kubectl(['annotate', box.subject, 'note=1']));
        // The new pods exist, too.
        await box.untilRolledOut();
        await replacePods(box);
      });
      expect(sets).toBe(0);
      expect(await readBy(box)).toEqual(allRead(box, name, 3));
      expect((await annotationsOfTemplate(box))[PINNED]).toBe('configmap/app');
      await box.kubectl(['rollout', 'restart', box.subject]);
      await box.untilRolledOut();
      expect((await annotationsOfTemplate(box))[PINNED]).toBe(sealed);
    });
  },
  PINNED_KINDS,
);

test('two replicas of lockstep agree on what the parallel pods of a Job read, while its sources are edited', async () => {
  const box = await installed().lockstep.sandbox(PIN);
  const sources = ['app', 'b', 'c'];
  await box.apply(...sources.map((name) => configMap({ a: '0' }, name)));
  await box.apply(job({ spec: { parallelism: 12, completions: 12 }, required: ['b', 'c'] }));
  for (let i = 1; (await podsIn(box)).length < 12; i += 1)
    for (const name of sources) await box.editConfig({ a: String(i) }, name);
  const uid = await jobUid(box);
  const names = sources.map((name) => `${name}-lockstep-job-${uid}`);
  expect(await readBy(box)).toEqual(Array.from({ length: 12 }, () => names));
  expect((await copiesIn(box)).map(({ metadata }) => metadata.name)).toEqual(names);
  const reviews = installed()
    .replicas.programs()
    .map((each) => each.metric('lockstep_reviews_total', { webhook: 'job', decision: 'pin' }));
  expect(Math.min(...(await Promise.all(reviews)))).toBeGreaterThan(0);
});
