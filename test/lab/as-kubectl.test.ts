import { expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();

/** Commands, each with its input. Nothing runs: the workloads have no pods, and no controller need see them. */
const STORY = ((): readonly (readonly [args: readonly string[], input?: string])[] => {
  const subject = 'deployment/web';
  const none = { replicas: 0, podSpec: { nodeSelector: { no: 'node' } } };
  const manifest = (options: object) => list(web({ ...none, ...options }));
  const [two, three] = [
    { labels: { a: '1' }, annotations: { x: '1' } },
    { labels: { b: '1' }, image: 'web:3' },
  ];
  return [
    [['apply', '-f', '-'], list(configMap({ a: '1', b: '1' }), web(none))],
    [['apply', '-f', '-'], list(configMap({ a: '1', b: '1' }))],
    [['apply', '-f', '-'], list(configMap({ b: '2', c: '1' }))],
    [['apply', '-f', '-'], manifest({ ...two, image: 'web:2' })],
    [['annotate', subject, 'note=1']],
    [['apply', '-f', '-'], manifest(three)],
    [['annotate', '--overwrite', subject, 'note=2', 'x-']],
    [['label', subject, 'seen=yes']],
    [['set', 'image', subject, 'web=web:4']],
    [['patch', subject, '--type=merge', '--patch={"spec":{"minReadySeconds":1}}']],
    [['annotate', subject, 'note=3', '--overwrite', '--dry-run=server']],
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
})();

/** What the server sets, and what a controller writes. */
const OF_THE_MOMENT =
  /^(uid|resourceVersion|creationTimestamp|time|status|namespace|deployment\.kubernetes\.io\/revision)$/;

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

test('commands that are sent as requests write what kubectl writes', async () => {
  const states = await Promise.all(
    [false, true].map(async (sent) => {
      const box = await sandbox(cluster, {}, DEPLOYMENT, sent);
      const said: string[] = [];
      for (const [args, input] of STORY) {
        const { stdout } = await box.kubectl(args, input);
        // Of the other commands, nobody reads the output.
        if (input !== undefined) said.push(stdout);
      }
      const got = JSON.parse((await box.kubectl(['get', box.subject, '-o', 'json'])).stdout);
      expect(got.metadata.managedFields).toBeUndefined();
      const state = await stored(box);
      await box.kubectl(['delete', box.subject, '--cascade=orphan']);
      await expect(box.read('deployments', 'web')).rejects.toThrow('404');
      return { state, said };
    }),
  );
  expect(states[1]).toEqual(states[0]);
});

test('a command that a request cannot stand for is run by kubectl', async () => {
  const box = await sandbox(cluster, {}, DEPLOYMENT, true);
  await box.apply(configMap({ a: '1' }));
  const { stdout } = await box.kubectl(['get', 'configmap/app', '-o', 'name']);
  expect(stdout).toBe('configmap/app\n');
});
