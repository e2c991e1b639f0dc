import { expect, type TestContext, test } from 'vitest';
import { livePods, readyPods } from '../../lab/control-plane/events.ts';
import { DAEMON_SET, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { webJob } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { app } from '../../lab/nodes/app-manifests.ts';
import { valuesOf } from '../../lab/nodes/asking.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { killIn } from './misfortunes.ts';
import { onePodSet, type Scene, scene, sceneOf } from './scene.ts';
import { usePinInstalled } from './use-installed.ts';

/** This many equal answers are no coincidence: see story.test.ts. A third of the pods are old, or half of them. */
const MANY = 60;

/** For several tests at once on a busy machine. */
const LONG = { timeout: 240_000 };

const WITHOUT = { 'lockstep.dev/inject': 'disabled' };

/** The answers of the Service from now on, each value once. */
const answers = async ({ asking }: Scene) => valuesOf(await asking.next(MANY));

async function expectInStep(it: Scene, count: number): Promise<void> {
  await onePodSet(it, count);
  await it.box.untilRolledOut();
  expect(await it.asking.untilSettled(MANY)).toBe('2');
  expect(await answers(it)).toEqual(['2']);
}

/** Waits for this many ready pods. */
const untilReady = ({ pods }: Pick<Scene, 'pods'>, count: number): Promise<void> =>
  pods.until((_, now) => readyPods(now).length === count, 120_000, `${count} ready pods`);

describeOnNodes('the story of other kinds, with containers that read their environment once', (use) => {
  usePinInstalled(() => use().cluster);

  /** Two pods of a StatefulSet. */
  const openSet = async (context: TestContext, podManagementPolicy: string, labels = {}): Promise<Scene> => {
    const it = await scene(use().cluster, labels, { spec: { podManagementPolicy } }, STATEFUL_SET);
    context.onTestFinished(it.close);
    return it;
  };

  /** A DaemonSet on one of the two nodes, and what lets the other one join: it gets the label that counts. */
  const openDaemons = async (context: TestContext, pool: string, labels = {}) => {
    const { cluster } = use();
    const label = (node: string, to: string) => cluster.kubectlOk(['label', 'node', node, `${pool}${to}`]);
    context.onTestFinished(async () => {
      await label('node-a', '-');
      await label('node-b', '-');
    });
    await label('node-a', '=yes');
    const it = await scene(cluster, labels, { podSpec: { nodeSelector: { [pool]: 'yes' } } }, DAEMON_SET);
    context.onTestFinished(it.close);
    return { it, join: () => label('node-b', '=yes') };
  };

  /**
   * A Job with two pods at a time. One of its pods crashes after an edit, and the Job's controller retries.
   * @returns the Service's answers before the crash, and after the retry
   */
  const afterRetry = async (context: TestContext, labels: Readonly<Record<string, string>>) => {
    const { cluster } = use();
    const box = await sandbox(cluster);
    const spec = { parallelism: 2, completions: 2 };
    const job = app({ labels, make: (options) => webJob({ ...options, spec }) });
    const it = await sceneOf(cluster, box, job, (pods) => untilReady({ pods }, 2));
    context.onTestFinished(it.close);
    await box.editConfig({ a: '2' });
    const before = await answers(it);
    const [victim] = readyPods(it.pods.current());
    const uids = it.pods.current().map(({ uid }) => uid);
    await killIn(use(), it, victim?.name ?? '', 'KILL');
    await it.pods.until(
      (_, now) => readyPods(now).some(({ uid }) => !uids.includes(uid)) && readyPods(now).length === 2,
      120_000,
      'the retry',
    );
    const failed = it.pods.current().filter(({ phase }) => phase === 'Failed');
    expect(failed.map(({ name }) => name)).toEqual([victim?.name]);
    return { before, after: await answers(it) };
  };

  test.concurrent.for(['OrderedReady', 'Parallel'])(
    'a StatefulSet that grows from 2 to 6 (%s): mixed without lockstep',
    LONG,
    async (policy, context) => {
      const it = await openSet(context, policy, WITHOUT);
      await it.box.editConfig({ a: '2' });
      await it.box.kubectl(['scale', 'statefulset/web', '--replicas=6']);
      await it.box.untilRolledOut();
      expect(await answers(it)).toEqual(['1', '2']);
      expect(await answers(it)).toEqual(['1', '2']);
    },
  );

  test.concurrent.for(['OrderedReady', 'Parallel'])(
    'Invariants 1, in step, and 2, no stale start: a StatefulSet that grows from 2 to 6 (%s)',
    LONG,
    async (policy, context) => {
      const it = await openSet(context, policy);
      const old = it.replicaSets();
      const made = it.madeFromNowOn();
      await it.box.editConfig({ a: '2' });
      await it.box.kubectl(['scale', 'statefulset/web', '--replicas=6']);
      await expectInStep(it, 6);
      expect(made()).toHaveLength(6);
      expect(made().filter((name) => old.has(name))).toEqual([]);
    },
  );

  test.concurrent('a DaemonSet that a node joins: mixed without lockstep', LONG, async (context) => {
    const { it, join } = await openDaemons(context, 'without', WITHOUT);
    await it.box.editConfig({ a: '2' });
    await join();
    await untilReady(it, 2);
    expect(await answers(it)).toEqual(['1', '2']);
    expect(await answers(it)).toEqual(['1', '2']);
  });

  test.concurrent(
    'Invariants 1, in step, and 2, no stale start: a DaemonSet that a node joins',
    LONG,
    async (context) => {
      const { it, join } = await openDaemons(context, 'with');
      const old = it.replicaSets();
      const made = it.madeFromNowOn();
      await it.box.editConfig({ a: '2' });
      await join();
      await expectInStep(it, 2);
      expect(made()).toHaveLength(2);
      expect(made().filter((name) => old.has(name))).toEqual([]);
    },
  );

  test.concurrent('Pin: a DaemonSet that a node joins answers as before', LONG, async (context) => {
    const { it, join } = await openDaemons(context, 'pinned', PIN);
    const [first] = livePods(it.pods.current());
    await it.box.editConfig({ a: '2' });
    await join();
    await untilReady(it, 2);
    expect(await answers(it)).toEqual(['1']);
    expect(livePods(it.pods.current()).map(({ uid }) => uid)).toContain(first?.uid);
  });

  test.concurrent('the retry of a Job’s pod: mixed unless it asks for pin', LONG, async (context) => {
    const [plain, pinned] = await Promise.all([afterRetry(context, {}), afterRetry(context, PIN)]);
    expect(plain).toEqual({ before: ['1'], after: ['1', '2'] });
    expect(pinned).toEqual({ before: ['1'], after: ['1'] });
  });
});
