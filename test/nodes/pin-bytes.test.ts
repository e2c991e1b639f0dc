import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { describeOnNodes, type Nodes } from './describe-on-nodes.ts';
import { killIn } from './misfortunes.ts';
import {
  expectedInContainer,
  expectedInInit,
  LATE_KEY,
  later,
  NOTE,
  nearly,
  type Seen,
  sources,
  workload,
} from './pin-bytes.ts';
import { urlOfPod } from './pin-stage.ts';
import { replicas } from './running-pods.ts';
import type { Scene } from './scene.ts';
import { usePinInstalled } from './use-installed.ts';

const Words = Type.Record(Type.String(), Type.String());
const Listing = Type.Object({ env: Words, files: Words });

/** What every pod has, whatever its configuration. */
const ALWAYS = /^(PATH|HOME|HOSTNAME|KUBERNETES_.*)$/;

/** Pods with all kinds of configuration. */
type Stage = Pick<Scene, 'box' | 'pods'>;

function parse(text: string): Seen {
  const { env, files } = Value.Parse(Listing, JSON.parse(text));
  return { env: Object.fromEntries(Object.entries(env).filter(([name]) => !ALWAYS.test(name))), files };
}

/** The configuration that a pod's container and its init container list. */
async function listSeen(stage: Stage, pod: string): Promise<{ container: Seen; init: Seen }> {
  const text = await eventually(async () => (await request(`${urlOfPod(stage, pod)}seen`)).body.text());
  const { env, files: all } = parse(text);
  const { [NOTE]: note = '', ...files } = all;
  return { container: { env, files }, init: parse(Buffer.from(note, 'base64').toString()) };
}

const names = ({ pods }: Stage): readonly string[] => livePods(pods.current()).map(({ name }) => name);

/** Kills a pod's container and deletes another pod. The new ones read all their configuration again. */
async function restartAndReplace(nodes: Nodes, stage: Stage): Promise<void> {
  const { box } = stage;
  const [first, second] = await replicas(nodes, box.namespace);
  if (!first || !second) throw new Error('there are not two pods');
  await killIn(nodes, stage, first.pod, 'KILL');
  await box.kubectl(['delete', 'pod', second.pod, '--wait=false']);
  await eventually(
    async () => {
      const now = await replicas(nodes, box.namespace);
      const again = now.some(({ pod, restarts }) => pod === first.pod && restarts > first.restarts);
      return again && now.length === 2 && !now.some(({ pod }) => pod === second.pod);
    },
    { timeoutMs: 60_000, what: `another container in ${first.pod}, and a pod instead of ${second.pod}` },
  );
  await box.untilRolledOut();
}

/** Makes the kubelet update the volumes of a changed pod now, and not only every minute or so. */
const lookAgain = ({ box }: Stage) => box.kubectl(['annotate', 'pods', '--all', 'look=again']);

describeOnNodes('Pin: the configuration of containers, byte for byte', (use) => {
  usePinInstalled(() => use().cluster);
  const stages: Stage[] = [];
  const open = async (labels: Readonly<Record<string, string>>): Promise<Stage> => {
    const box = await sandbox(use().cluster);
    const stage = { box, pods: await box.pods() };
    stages.push(stage);
    await box.apply(...sources('before'), workload(labels));
    await box.untilRolledOut();
    return stage;
  };
  afterEach(async () => {
    for (const { box, pods } of stages.splice(0)) {
      await pods.stop();
      await use().cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
    }
  });

  const all = async (stage: Stage) => Promise.all(names(stage).map((pod) => listSeen(stage, pod)));

  test('is what the sources held when the ReplicaSet was created; absent sources stay absent', async () => {
    const [pinned, plain] = await Promise.all([open(PIN), open({})]);
    const before = { container: expectedInContainer('before'), init: expectedInInit('before') };
    expect(await all(pinned)).toEqual([before, before]);
    expect(await all(plain)).toEqual([before, before]);

    for (const { box } of [pinned, plain]) {
      await box.apply(...sources('after it'), ...later('after it'));
      // Nobody reads objects of these names, and the chart's policy refuses to make them.
      await expect(box.apply(...nearly('after it'))).rejects.toThrow(/'lockstep-copies' .*denied request/);
      await box.editConfig(LATE_KEY, 'items');
    }
    await Promise.all([pinned, plain].map((stage) => restartAndReplace(use(), stage)));
    await lookAgain(pinned);
    await lookAgain(plain);
    // Without pin, all of it follows. The exception is a `subPath` mount from a volume that had not followed
    // at the time of the restart.
    const { '/seen/sub': sub, '/seen/part': part, ...files } = expectedInContainer('after it').files;
    const late = { LATER_late: btoa('after it'), LATE_SECRET: btoa('after it'), LATE_KEY: btoa('late') };
    const followed = { env: { ...expectedInContainer('after it').env, ...late }, files };
    await eventually(async () => {
      for (const { container } of await all(plain)) expect(container).toMatchObject(followed);
    });
    expect(await all(pinned)).toEqual([before, before]);
  });
});
