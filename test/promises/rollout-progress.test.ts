/**
 * How far rollouts are, as real controllers tell it. lockstep itself does not run here: the functions only read.
 */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { watchWorkloads } from '../../lab/control-plane/watch.ts';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { readyPods } from '../../src/cluster/ready-pods.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { progressOf } from '../../src/workloads/progress.ts';
import { type Workload, workloadOf } from '../../src/workloads/workload.ts';
import { describeKinds } from '../kit/kinds.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
let client: ApiClient;
beforeAll(() => {
  client = apiClient(credentialSource(loadKubeConfig(cluster.kubeconfig, {})), {
    observeApiCall: () => undefined,
  });
});
afterAll(() => client.close());

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
const asNamed = Compile(Type.Object({ metadata: Type.Object({ uid: Type.String() }) }));

const podsIn = async (box: Sandbox) => asPods.Parse(await box.read('pods')).items;

/** The view of `web`. */
function viewOf(box: Sandbox, object: unknown): Workload {
  const kind = WORKLOAD_KINDS.find(({ resource }) => resource === box.kind.resource);
  const checked = kind?.check(object);
  if (!kind || checked?.kind !== 'checked') throw new Error(`no ${box.subject}`);
  return workloadOf(kind, checked.object, box.namespace);
}
const view = async (box: Sandbox) => viewOf(box, await box.read(box.kind.resource, 'web'));
const progress = async (box: Sandbox) => progressOf(await view(box));
const readyIn = async (box: Sandbox) =>
  readyPods(client).readyPod(await view(box), AbortSignal.timeout(10_000));

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

test.concurrent.each([STATEFUL_SET, DAEMON_SET])(
  'a $kind with OnDelete is under way until its pods are deleted',
  async (kind) => {
    const box = await complete(kind, { strategy: { type: 'OnDelete' } });
    await box.kubectl([
      'patch',
      box.subject,
      '--patch={"spec":{"template":{"metadata":{"labels":{"v":"2"}}}}}',
    ]);
    await eventually(async () => expect((await view(box)).rollout.observed).toBe(true));
    expect(await progress(box)).toBe('under-way');
    expect(await readyIn(box)).toBe('none');
    await cluster.kubectlOk(['-n', box.namespace, 'delete', 'pods', '--all']);
    await until(box, 'complete');
    expect(await readyIn(box)).toBe('some');
  },
);

test.concurrent('a StatefulSet is complete when all above its partition are of the template', async () => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
  const box = await complete(STATEFUL_SET, { strategy });
  await box.kubectl([
    'patch',
    box.subject,
    '--patch={"spec":{"template":{"metadata":{"labels":{"v":"2"}}}}}',
  ]);
  expect(await progress(box)).toBe('under-way');
  await until(box, 'complete');
  const labels = (await podsIn(box)).map(({ metadata }) => [metadata.name, metadata.labels['v']]);
  expect(labels.sort()).toEqual([
    ['web-0', undefined],
    ['web-1', '2'],
  ]);
  expect(await readyIn(box)).toBe('some');
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
