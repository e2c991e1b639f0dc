import { afterAll, describe, expect, test } from 'vitest';
import type { PodEvent } from '../../lab/control-plane/events.ts';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { joinNodes, removeNodes } from '../../lab/control-plane/fake-nodes.ts';
import type { Watcher } from '../../lab/control-plane/watch.ts';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, type WebOptions, webJob } from '../../lab/lockstep/manifests.ts';
import { PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence } from '../kit/expectations.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

/** As an installation looked while lockstep knew Deployments only. */
const DEPLOYMENTS_ONLY = {
  'workloads.statefulSets': 'false',
  'workloads.daemonSets': 'false',
  'workloads.jobs': 'false',
};
const PIN_ON = { 'pin.enabled': 'true' };
const lockstep = useLockstep({
  flags: ['--pin=on', '--workloads=deployments'],
  values: { ...PIN_ON, ...DEPLOYMENTS_ONLY },
});

const POOL = { pool: 'upgrade' };
afterAll(() => removeNodes(lockstep().cluster, POOL));

interface Running {
  readonly box: Sandbox;
  readonly pods: Watcher<PodEvent>;
  /** The uids of its pods at the upgrade. */
  readonly before: readonly string[];
  /** The marks on its template at the upgrade. */
  readonly marks: Awaited<ReturnType<Sandbox['marks']>>;
}

const uidsOf = ({ pods }: Pick<Running, 'pods'>): readonly string[] =>
  livePods(pods.current()).map(({ uid }) => uid);

/** Where a DaemonSet's pods go. Pods of other kinds stay off these nodes, which have a taint. */
const ON_POOL = { nodeSelector: POOL, tolerations: [{ operator: 'Exists' }] };

/** A workload with two pods that hold a=1. */
async function start(kind: Kind, options: WebOptions = {}): Promise<Running> {
  const box = await lockstep().sandbox({}, kind);
  const pods = await box.pods();
  await box.apply(
    configMap({ a: '1' }),
    kind.web({ ...options, ...(kind === DAEMON_SET && { podSpec: ON_POOL }) }),
  );
  await box.untilRolledOut();
  return { box, pods, before: uidsOf({ pods }), marks: await box.marks() };
}

/** Two pods of a Job. */
async function startJob(): Promise<Pick<Running, 'box' | 'pods' | 'before'>> {
  const box = await lockstep().sandbox();
  const pods = await box.pods();
  await box.apply(configMap({ a: '1' }), webJob({ labels: PIN, spec: { parallelism: 2, completions: 9 } }));
  await pods.until((_, now) => now.filter(({ phase }) => phase === 'Running').length === 2);
  return { box, pods, before: uidsOf({ pods }) };
}

/** The next version is installed: it acts on all kinds. */
async function upgrade(): Promise<void> {
  await lockstep().restart(['--pin=on']);
  await lockstep().register(PIN_ON);
  const probe = await lockstep().sandbox();
  await probe.apply(configMap({ a: '1' }));
  const path = `/apis/apps/v1/namespaces/${probe.namespace}/statefulsets?dryRun=All`;
  await eventually(async () => {
    const answer = await lockstep().cluster.api.open(path, { method: 'POST', body: STATEFUL_SET.web() });
    return (await answer.text()).includes('config-hash');
  });
}

/** What its users do: an update, and what makes a pod. Not one of these may be told of a rollout. */
async function use({ box }: Running): Promise<void> {
  expectSilence(await box.kubectl(['annotate', box.subject, 'note=1']));
  if (box.kind.scales) expectSilence(await box.kubectl(['scale', box.subject, '--replicas=3']));
}

/** Its pods are those from before the upgrade, and one more. */
async function expectNobodyRestarted({ box, pods, before }: Running): Promise<void> {
  await box.untilRolledOut();
  await pods.until((_, now) => livePods(now).length === before.length + 1);
  expect(uidsOf({ pods })).toEqual(expect.arrayContaining([...before]));
  expect(pods.events.filter(({ type }) => type === 'DELETED')).toEqual([]);
}

describe('Invariant 4, quiet: an upgrade from a version that knew Deployments only', () => {
  test('restarts nobody and marks no template, and brings each kind into step at the next edit', async () => {
    const { cluster } = lockstep();
    await joinNodes(cluster, ['upgrade-0', 'upgrade-1'], POOL);
    const kinds = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET];
    const [plain, pinned, job] = await Promise.all([
      Promise.all(kinds.map((kind) => start(kind))),
      Promise.all(kinds.map((kind) => start(kind, { labels: PIN }))),
      startJob(),
    ]);
    // Of these, the version before has marked Deployments only.
    const hasHash = ({ marks }: Running): boolean => marks.hash !== undefined;
    expect([plain, pinned].map((all) => all.map(hasHash))).toEqual([
      [true, false, false],
      [true, false, false],
    ]);

    await upgrade();
    const all = [...plain, ...pinned];
    await Promise.all(all.map(use));
    await joinNodes(cluster, ['upgrade-2'], POOL);
    await Promise.all(all.map(expectNobodyRestarted));
    for (const { box, marks } of all) expect(await box.marks()).toEqual(marks);
    await job.box.kubectl(['label', 'job/web', 'note=1']);
    expect(uidsOf(job)).toEqual(job.before);

    // The version after it acts on all of them: without that, the rest says nothing.
    await Promise.all(all.map(({ box }) => box.editConfig({ a: '2' })));
    await Promise.all(all.map(({ box }) => box.kubectl(['annotate', '--overwrite', box.subject, 'note=2'])));
    await Promise.all(all.map(({ box }) => box.untilRolledOut()));
    for (const { before, pods } of all) {
      await pods.until((_, now) => now.every(({ uid }) => !before.includes(uid)));
    }
    for (const { box } of pinned) expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(uidsOf(job)).toEqual(job.before);
    await Promise.all([...all, job].map(({ pods }) => pods.stop()));
  });
});
