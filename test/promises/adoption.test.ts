import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { DAEMON_SET, DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BASELINE } from '../../src/marks/names.ts';
import { expectSilence, rolls } from '../kit/expectations.ts';
import { describeKinds, forKinds, KINDS, podCount, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { manage as manageIn, UNMANAGED } from '../kit/unmanaged.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';
import { directCalls } from './direct-calls.ts';

const lockstep = useLockstep(PATIENT);

const inDoubt = ({ subject }: Sandbox) =>
  `pods of ${subject} may hold different versions of configmap/app: all roll once`;

/** A namespace that lockstep does not manage yet. */
const unmanaged = (kind: Kind) => lockstep().sandbox(UNMANAGED, kind);
const manage = (box: Sandbox) => manageIn(lockstep(), box);

/** `web` with two pods that hold a=1, and a second later. */
async function running(kind: Kind, spec: object = {}, replicas = 2): Promise<Sandbox> {
  const box = await unmanaged(kind);
  await box.apply(configMap({ a: '1' }), kind.web({ replicas, spec }));
  await box.untilRolledOut();
  await laterSecond();
  return box;
}

async function recreateConfig(box: Sandbox): Promise<void> {
  await box.kubectl(['delete', 'configmap', 'app']);
  await box.apply(configMap({ a: '2' }));
}

/** What leaves a workload without a condition that tells when its rollout was complete. Other kinds never have one. */
const NO_CONDITION = {
  Deployment: { progressDeadlineSeconds: 2_147_483_647 },
  StatefulSet: {},
  DaemonSet: {},
} as const;

async function untilPods(box: Sandbox, phase: string, count: number): Promise<void> {
  const pods = await box.pods();
  await pods.until((_, now) => now.filter((pod) => pod.phase === phase).length === count);
  await pods.stop();
}

/** What lets a StatefulSet make its second pod while the first one is not ready. */
const ALL_AT_ONCE = {
  Deployment: {},
  StatefulSet: { podManagementPolicy: 'Parallel' },
  DaemonSet: {},
} as const;

/** Each of them leaves `web` running, with pods that may hold different configuration. */
const DOUBTS: Readonly<Record<string, readonly [kinds: readonly Kind[], (kind: Kind) => Promise<Sandbox>]>> =
  {
    'a ConfigMap was made again, and no condition tells when the rollout was complete': [
      KINDS,
      async (kind) => {
        const box = await running(kind, NO_CONDITION[kind.kind]);
        await recreateConfig(box);
        return box;
      },
    ],
    'a ConfigMap was made again while the Deployment was paused, and it was resumed': [
      [DEPLOYMENT],
      async (kind) => {
        const box = await running(kind);
        await box.kubectl(['rollout', 'pause', box.subject]);
        await recreateConfig(box);
        await box.kubectl(['rollout', 'resume', box.subject]);
        return box;
      },
    ],
    'a ConfigMap was made again, and the rollout has never been complete': [
      SCALED_KINDS,
      async (kind) => {
        const box = await unmanaged(kind);
        await box.kubectl(['create', 'quota', 'small', '--hard=pods=1']);
        await box.apply(configMap({ a: '1' }), kind.web());
        await untilPods(box, 'Running', 1);
        await laterSecond();
        await recreateConfig(box);
        await box.kubectl(['delete', 'quota', 'small']);
        return box;
      },
    ],
    'the field managers of a ConfigMap were emptied, and then it was edited': [
      KINDS,
      async (kind) => {
        const box = await running(kind);
        const patch = JSON.stringify({ metadata: { managedFields: [{}] } });
        await box.kubectl(['patch', 'configmap', 'app', '--type=merge', `--patch=${patch}`]);
        await box.editConfig({ a: '2' });
        return box;
      },
    ],
    'the revision was made again over older pods': [
      KINDS,
      async (kind) => {
        const box = await running(kind);
        await box.editConfig({ a: '2' });
        await laterSecond();
        const before = await box.revisions();
        await box.kubectl(['delete', kind.revisions, '--all', '--cascade=orphan']);
        // Not every controller watches its revisions.
        await box.kubectl(['annotate', box.subject, 'note=1']);
        await eventually(async () => (await box.revisions()).some((uid) => !before.includes(uid)), {
          what: 'the controller making the revision again',
        });
        await box.untilRolledOut();
        return box;
      },
    ],
  };

describeKinds('Invariant 1, in step: pods that may differ roll once', (kind) => {
  const doubts = Object.entries(DOUBTS).filter(([, [kinds]]) => kinds.includes(kind));
  test.each(doubts)('%s', async (_name, [, prepare]) => {
    const box = await prepare(kind);
    await manage(box);
    let said = '';
    const sets = await setsAfter(box, async () => {
      said = (await scale(box, 4)).stderr;
    });
    expect(said).toContain(inDoubt(box));
    expect(sets).toBe(1);
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });
});

describe.concurrent('Invariant 1, in step: pods that may differ roll once, of a Deployment alone', () => {
  test('if a backup is restored: pods first, then their ReplicaSet and their Deployment', async () => {
    const box = await running(DEPLOYMENT);
    const { stdout } = await box.kubectl(['get', 'replicasets', '-o', 'json']);
    const [{ metadata, spec }] = JSON.parse(stdout).items;
    const { name, labels, annotations } = metadata;
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, labels, annotations },
      spec,
    };
    await box.kubectl(['delete', box.subject, '--cascade=orphan']);
    await box.kubectl(['delete', 'replicasets', '--all', '--cascade=orphan']);
    await box.editConfig({ a: '2' });
    await manage(box);
    const { stderr } = await box.kubectl(['create', '-f', '-'], list(set, web()));
    expect(stderr).toContain(inDoubt(box));
  });

  test('at the resumption of a Deployment that is paused', async () => {
    const box = await running(DEPLOYMENT);
    await box.kubectl(['rollout', 'pause', box.subject]);
    await recreateConfig(box);
    await manage(box);
    const told = inDoubt(box).replace('all roll once', 'all roll when it is resumed');
    expect((await scale(box, 4)).stderr).toContain(told);
    const sets = await setsAfter(box, () => box.kubectl(['rollout', 'resume', box.subject]));
    expect(sets).toBe(1);
  });
});

describeKinds('Invariant 4, quiet: pods that certainly hold the same do not roll', (kind) => {
  /** The first calls for the workload make no revision, and record what its pods hold. */
  async function expectAdopted(box: Sandbox, act: () => Promise<{ stderr: string }>): Promise<void> {
    const sets = await setsAfter(box, async () => expect((await act()).stderr).not.toContain('lockstep'));
    expect(sets).toBe(0);
    expect((await box.marks()).hash).toBeUndefined();
    expect(JSON.stringify(await box.read(kind.resource, 'web'))).toContain(BASELINE);
  }

  test('a label of a ConfigMap has changed, and all pods have started since', async () => {
    const box = await running(kind);
    const relabelled = { ...configMap({ a: '1' }), metadata: { name: 'app', labels: { chart: 'app-2' } } };
    await box.apply(relabelled);
    await laterSecond();
    await box.kubectl(['delete', 'pods', '--all', '--now']);
    await untilPods(box, 'Running', podCount(kind, 2));
    await box.untilRolledOut();
    await manage(box);
    await expectAdopted(box, () => scale(box, 3));
  });

  test('pods waited for a ConfigMap that was made long after them', async () => {
    const box = await unmanaged(kind);
    const spec = ALL_AT_ONCE[kind.kind];
    await box.apply(kind.web({ spec, podSpec: { schedulingGates: [{ name: 'example.com/wait' }] } }));
    await untilPods(box, 'Pending', podCount(kind, 2));
    await laterSecond();
    await box.apply(configMap({ a: '1' }));
    await laterSecond();
    const pods = await box.pods();
    for (const { name } of pods.current())
      await box.kubectl(['patch', 'pod', name, '--type=merge', '--patch={"spec":{"schedulingGates":[]}}']);
    await pods.stop();
    await box.untilRolledOut();
    await manage(box);
    await expectAdopted(box, () => box.kubectl(['label', box.subject, 'x=y']));
  });

  test('its controller lags: its revision has the template nevertheless', async () => {
    const box = await running(kind);
    const live = await lockstep().cluster.kubectlOk([
      ...['-n', box.namespace, 'get', box.subject, '-o', 'json'],
    ]);
    const object = JSON.parse(live.stdout);
    const oldObject = { ...object, status: { ...object.status, observedGeneration: 0 } };
    const labelled = { ...oldObject, metadata: { ...object.metadata, labels: { x: 'y' } } };
    await manage(box);
    const calls = directCalls(lockstep().port);
    const request = {
      namespace: box.namespace,
      operation: 'UPDATE',
      resource: { group: 'apps', version: 'v1', resource: kind.resource },
    };
    const adopted = await calls.review('template', { ...request, object: labelled, oldObject });
    // A template that no revision has takes today's marks, since its pods are yet to be made.
    const { template } = object.spec;
    const spec = { ...object.spec, template: { ...template, metadata: { labels: { app: 'web', v: '2' } } } };
    const next = { ...oldObject, spec };
    const marked = await calls.review('template', {
      ...request,
      object: { ...next, metadata: { ...object.metadata, labels: { x: 'y' } } },
      oldObject: next,
    });
    await calls.close();
    expect([adopted.reason, marked.reason]).toEqual(['adopted', 'not-recorded']);
  });

  /** The workload is deleted without its pods, and `make` makes it again. */
  async function madeAgain(box: Sandbox, make: () => Promise<CommandResult>): Promise<CommandResult> {
    await box.kubectl(['delete', box.subject, '--cascade=orphan']);
    return make();
  }

  test('it was deleted without its pods and made again', async () => {
    const box = await running(kind);
    await manage(box);
    await expectAdopted(box, () => madeAgain(box, () => box.apply(kind.web())));
  });

  test('the same with marks, which the manifest does not have; after an edit it rolls', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }), kind.web());
    await box.untilRolledOut();
    const before = await box.marks();
    const create = () => box.kubectl(['create', '-f', '-'], list(kind.web()));
    expect(await setsAfter(box, async () => expectSilence(await madeAgain(box, create)))).toBe(0);
    expect(await box.marks()).toEqual(before);
    await box.editConfig({ a: '2' });
    const { stderr } = await madeAgain(box, create);
    // A DaemonSet's controller keeps the pods that it adopts, under whatever template they were made.
    const may = `configmap/app changed: pods of ${box.subject} may stay until you restart it`;
    expect(stderr).toContain(kind === DAEMON_SET ? may : rolls(box));
    if (kind !== DAEMON_SET) await box.untilRolledOut();
    expect((await box.marks()).hash).not.toBe(before.hash);
  });
});

describe('with --adoption-in-doubt record', () => {
  test('pods that may differ stay, a warning says so, and the next edit rolls them', async () => {
    await lockstep().restart(['--adoption-in-doubt', 'record']);
    await forKinds(async (kind) => {
      const box = await running(kind);
      await box.kubectl(['annotate', 'configmap', 'app', '--field-manager=kubectl-client-side-apply', 'x=1']);
      await manage(box);
      let said = '';
      const sets = await setsAfter(box, async () => {
        said = (await scale(box, 3)).stderr;
      });
      expect(said).toContain(
        `recorded ${box.subject} without certainty: pods may hold different versions of configmap/app`,
      );
      expect(sets).toBe(0);
      expectSilence(await scale(box, 4));
      await box.editConfig({ a: '2' });
      expect((await scale(box, 5)).stderr).toContain(rolls(box));
    });
  });
});
