import { expect, test } from 'vitest';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, list } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();

/** Commands, each with its input. Nothing runs: the workloads have no pods, and no controller need see them. */
const STORY = (kind: Kind): readonly (readonly [args: readonly string[], input?: string])[] => {
  const web = `${kind.word}/web`;
  const none = { replicas: 0, podSpec: { nodeSelector: { no: 'node' } } };
  const manifest = (options: object) => list(kind.web({ ...none, ...options }));
  const [two, three] = [
    { labels: { a: '1' }, annotations: { x: '1' } },
    { labels: { b: '1' }, image: 'web:3' },
  ];
  return [
    [['apply', '-f', '-'], list(configMap({ a: '1', b: '1' }), kind.web(none))],
    [['apply', '-f', '-'], list(configMap({ a: '1', b: '1' }))],
    [['apply', '-f', '-'], list(configMap({ b: '2', c: '1' }))],
    [['apply', '-f', '-'], manifest({ ...two, image: 'web:2' })],
    [['annotate', web, 'note=1']],
    [['apply', '-f', '-'], manifest(three)],
    [['annotate', '--overwrite', web, 'note=2', 'x-']],
    [['label', web, 'seen=yes']],
    [['set', 'image', web, 'web=web:4']],
    [['patch', web, '--type=merge', '--patch={"spec":{"minReadySeconds":1}}']],
    [['annotate', web, 'note=3', '--overwrite', '--dry-run=server']],
    [['replace', '-f', '-'], list(configMap({ z: '1' }))],
    [['create', '-f', '-'], JSON.stringify(configMap({ n: '1' }, 'new'))],
    [
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      JSON.stringify(configMap({ s: '1' }, 'ssa')),
    ],
    [
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      JSON.stringify(configMap({ s: '2' }, 'ssa')),
    ],
    [['delete', 'configmap', 'new']],
  ];
};

/** What the server sets, and what a controller writes. */
const OF_THE_MOMENT = /^(uid|resourceVersion|creationTimestamp|time|status|namespace)$/;

/** Entries are in the order of their times. */
const byClients = (entries: readonly { manager: string; time: string }[]) =>
  entries
    .filter(({ manager }) => manager.startsWith('kubectl'))
    .map(({ time: _, ...entry }) => JSON.stringify(entry))
    .sort();

const stored = async (box: Sandbox): Promise<unknown> => {
  const objects = [await box.read(box.kind.resource, 'web'), await box.read('configmaps')];
  const text = JSON.stringify(objects, (key, value) => {
    if (key === 'managedFields') return byClients(value);
    return OF_THE_MOMENT.test(key) ? undefined : value;
  });
  return JSON.parse(text.replaceAll(box.namespace, 'NAMESPACE'));
};

test.each([DEPLOYMENT, STATEFUL_SET, DAEMON_SET])(
  'commands that are sent as requests write what kubectl writes: $kind',
  async (kind) => {
    const boxes = [false, true].map((sent) => sandbox(cluster, {}, kind, sent));
    const states = await Promise.all(
      boxes.map(async (opened) => {
        const box = await opened;
        for (const [args, input] of STORY(kind)) await box.kubectl(args, input);
        const got = JSON.parse((await box.kubectl(['get', box.subject, '-o', 'json'])).stdout);
        expect(got.metadata.managedFields).toBeUndefined();
        const state = await stored(box);
        await box.kubectl(['delete', box.subject, '--cascade=orphan']);
        await expect(box.read(kind.resource, 'web')).rejects.toThrow('404');
        return state;
      }),
    );
    expect(states[1]).toEqual(states[0]);
  },
);

test('a command that a request cannot stand for is run by kubectl', async () => {
  const box = await sandbox(cluster, {}, DEPLOYMENT, true);
  await box.apply(configMap({ a: '1' }));
  const { stdout } = await box.kubectl(['get', 'configmap/app', '-o', 'name']);
  expect(stdout).toBe('configmap/app\n');
});
