/**
 * How far rollouts are, as real controllers tell it. lockstep itself does not run here: the functions only read.
 */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { watchWorkloads } from '../../lab/control-plane/watch.ts';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { progressOf } from '../../src/workloads/progress.ts';
import { describeKinds } from '../kit/kinds.ts';
import { useRolloutProgress, viewOf } from '../kit/rollout-progress.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
const { view, progress, ready: readyIn } = useRolloutProgress();

const asPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String(), labels: Type.Record(Type.String(), Type.String()) }),
        spec: Type.Object({ schedulingGates: Type.Optional(Type.Array(Type.Unknown())) }),
        status: Type.Object({ phase: Type.String() }),
      }),
    ),
  }),
);
const asRevised = Compile(
  Type.Object({ status: Type.Object({ currentRevision: Type.String(), updateRevision: Type.String() }) }),
);
const asNamed = Compile(Type.Object({ metadata: Type.Object({ uid: Type.String() }) }));

const podsIn = async (box: Sandbox) => asPods.Parse(await box.read('pods')).items;

const until = (box: Sandbox, wanted: string) =>
  eventually(async () => expect(await progress(box)).toBe(wanted), { what: `${wanted} ${box.subject}` });

/** `web` of this kind, whose rollout is complete. */
async function complete(kind: Kind, options: object = {}): Promise<Sandbox> {
  const box = await sandbox(cluster, {}, kind, true);
  await box.apply(configMap({ a: '1' }), kind.web(options));
  await until(box, 'complete');
  return box;
}

/** Another template, whose pods the scheduler leaves alone, or the earlier one, without this gate. */
const setGates = (box: Sandbox, schedulingGates: readonly object[] | null, more: object = {}) => {
  const patch = { spec: { ...more, template: { spec: { schedulingGates } } } };
  return box.kubectl(['patch', box.subject, `--patch=${JSON.stringify(patch)}`]);
};
const gate = (box: Sandbox, more?: object) => setGates(box, [{ name: 'example.dev/never' }], more);

/** A running pod that the workload does not control, with all labels of a pod of its present revision. */
async function forgePod(box: Sandbox): Promise<void> {
  const { labels } = (await podsIn(box)).find(({ spec }) => spec.schedulingGates)?.metadata ?? {};
  const { uid } = asNamed.Parse(await box.read('configmaps', 'app')).metadata;
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'app', uid, controller: true };
  const metadata = { name: 'forged', labels, ownerReferences: [other] };
  const spec = { containers: [{ name: 'c', image: 'c:1' }] };
  await cluster.kubectlOk(['-n', box.namespace, 'apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }),
  });
  const forged = async () => (await podsIn(box)).find(({ metadata }) => metadata.name === 'forged');
  await eventually(async () => expect((await forged())?.status.phase).toBe('Running'));
}

describeKinds('a rollout', (kind) => {
  test('is complete with a ready pod, and under way without one', async () => {
    const box = await complete(kind);
    expect(await readyIn(box)).toBe('some');
    await gate(box);
    expect(await progress(box)).toBe('under-way');
    await eventually(async () => expect(await readyIn(box)).toBe('none'));
    await eventually(async () => expect((await view(box)).rollout.observed).toBe(true));
    expect(await progress(box)).toBe('under-way');
    await eventually(async () =>
      expect((await podsIn(box)).some(({ spec }) => spec.schedulingGates)).toBe(true),
    );
    // Anybody may write the labels of a pod.
    await forgePod(box);
    expect(await readyIn(box)).toBe('none');
  });
});

/** Another template, whose pods run. */
const relabel = (box: Sandbox) =>
  box.kubectl(['patch', box.subject, '--patch={"spec":{"template":{"metadata":{"labels":{"v":"2"}}}}}']);

/** The status of a StatefulSet never names the present revision as the current one if some pods may stay. */
async function expectFirstIsCurrent(box: Sandbox): Promise<void> {
  const { status } = asRevised.Parse(await box.read('statefulsets', 'web'));
  expect(status.currentRevision).not.toBe(status.updateRevision);
}

test.concurrent.each([STATEFUL_SET, DAEMON_SET])(
  'a $kind with OnDelete is under way until its pods are deleted',
  async (kind) => {
    const box = await complete(kind, { strategy: { type: 'OnDelete' } });
    await relabel(box);
    await eventually(async () => expect((await view(box)).rollout.observed).toBe(true));
    expect([await progress(box), await readyIn(box)]).toEqual(['under-way', 'none']);
    await cluster.kubectlOk(['-n', box.namespace, 'delete', 'pods', '--all']);
    await until(box, 'complete');
    expect(await readyIn(box)).toBe('some');
    if (kind === STATEFUL_SET) await expectFirstIsCurrent(box);
  },
);

test.concurrent('a StatefulSet is complete when all above its partition are of the template', async () => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
  const box = await complete(STATEFUL_SET, { strategy });
  await relabel(box);
  await until(box, 'complete');
  const labels = (await podsIn(box)).map(({ metadata }) => [metadata.name, metadata.labels['v']]);
  expect(labels.sort()).toEqual([
    ['web-0', undefined],
    ['web-1', '2'],
  ]);
  expect(await readyIn(box)).toBe('some');
  await expectFirstIsCurrent(box);
});

describe.concurrent('a Deployment', () => {
  test('is under way while it is paused, and its revision is unknown', async () => {
    const box = await complete(DEPLOYMENT);
    await gate(box, { paused: true });
    await eventually(async () => expect((await view(box)).rollout.observed).toBe(true));
    expect([await progress(box), await readyIn(box)]).toEqual(['under-way', 'unknown']);
    await setGates(box, null);
    await until(box, 'complete');
    expect(await readyIn(box)).toBe('some');
  });

  test('has failed after its deadline, and its failure outlives it until the template before is through', async () => {
    const box = await complete(DEPLOYMENT, { replicas: 1, spec: { progressDeadlineSeconds: 1 } });
    await gate(box);
    await until(box, 'failed');
    expect(await readyIn(box)).toBe('none');

    const watcher = await watchWorkloads(cluster, box.namespace, 'deployments');
    await setGates(box, null);
    await watcher.until((_, [now]) => progressOf(viewOf(box, now?.object)) === 'complete');
    await watcher.stop();
    const seen = watcher.events.map(({ object }) => viewOf(box, object));
    // The controller has seen the template that came back, and says that it has failed.
    expect(seen.map((each) => progressOf(each))).toContain('failed');
    expect(seen.map((each) => progressOf(each, seen[0]))).not.toContain('failed');
  });
});
