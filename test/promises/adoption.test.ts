import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BASELINE } from '../../src/marks/names.ts';
import { expectSilence, WEB_ROLLS } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { directCalls } from './direct-calls.ts';

const lockstep = useLockstep();

const IN_DOUBT = 'pods of deployment/web may hold different versions of configmap/app: all roll once';

/** A namespace that lockstep does not manage yet. */
const unmanaged = () => lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });

/** From now on lockstep manages the namespace, as after an installation. */
async function manage({ namespace }: Sandbox): Promise<void> {
  const { api } = lockstep().cluster;
  const labels = { 'lockstep.dev/inject': null };
  await (
    await api.open(`/api/v1/namespaces/${namespace}`, {
      method: 'PATCH',
      body: { metadata: { labels } },
      contentType: 'application/merge-patch+json',
    })
  ).dump();
  // The API server's own view of namespaces may lag.
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
  const probe = { ...web({ labels: { probe: '1' } }), metadata: { name: 'probe' } };
  await eventually(
    async () =>
      (await (await api.open(path, { method: 'POST', body: probe })).text()).includes('config-hash'),
    { what: 'the webhook being called' },
  );
}

/** `web` with two pods that hold a=1, and a second later. */
async function running(spec: object = {}, replicas = 2): Promise<Sandbox> {
  const box = await unmanaged();
  await box.apply(configMap({ a: '1' }), web({ replicas, spec }));
  await box.untilRolledOut();
  await laterSecond();
  return box;
}

async function recreateConfig(box: Sandbox): Promise<void> {
  await box.kubectl(['delete', 'configmap', 'app']);
  await box.apply(configMap({ a: '2' }));
}

const WITHOUT_DEADLINE = { progressDeadlineSeconds: 2_147_483_647 };

async function untilPods(box: Sandbox, phase: string, count: number): Promise<void> {
  const pods = await box.pods();
  await pods.until((_, now) => now.filter((pod) => pod.phase === phase).length === count);
  await pods.stop();
}

describe.concurrent('Invariant 1, in step: pods that may differ roll once', () => {
  test.each<[string, () => Promise<Sandbox>]>([
    [
      'a ConfigMap was made again, and no Progressing condition tells when the rollout was complete',
      async () => {
        const box = await running(WITHOUT_DEADLINE);
        await recreateConfig(box);
        return box;
      },
    ],
    [
      'a ConfigMap was made again while the Deployment was paused, and it was resumed',
      async () => {
        const box = await running();
        await box.kubectl(['rollout', 'pause', 'deployment/web']);
        await recreateConfig(box);
        await box.kubectl(['rollout', 'resume', 'deployment/web']);
        return box;
      },
    ],
    [
      'a ConfigMap was made again, and the rollout has never been complete',
      async () => {
        const box = await unmanaged();
        await box.kubectl(['create', 'quota', 'small', '--hard=pods=1']);
        await box.apply(configMap({ a: '1' }), web());
        await untilPods(box, 'Running', 1);
        await laterSecond();
        await recreateConfig(box);
        await box.kubectl(['delete', 'quota', 'small']);
        return box;
      },
    ],
    [
      'the field managers of a ConfigMap were emptied, and then it was edited',
      async () => {
        const box = await running();
        const patch = JSON.stringify({ metadata: { managedFields: [{}] } });
        await box.kubectl(['patch', 'configmap', 'app', '--type=merge', `--patch=${patch}`]);
        await box.editConfig({ a: '2' });
        return box;
      },
    ],
    [
      'the ReplicaSet was made again over older pods',
      async () => {
        const box = await running();
        await box.editConfig({ a: '2' });
        await laterSecond();
        const sets = await box.replicaSets();
        await box.kubectl(['delete', 'replicasets', '--all', '--cascade=orphan']);
        await sets.until((events) => events.some(({ type }) => type === 'ADDED'));
        await sets.stop();
        await box.untilRolledOut();
        return box;
      },
    ],
  ])('%s', async (_name, prepared) => {
    const box = await prepared();
    await manage(box);
    let said = '';
    const sets = await setsAfter(box, async () => {
      said = (await scale(box, 4)).stderr;
    });
    expect(said).toContain(IN_DOUBT);
    expect(sets).toBe(1);
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });

  test('also if a backup is restored: pods first, then their ReplicaSet and their Deployment', async () => {
    const box = await running();
    const { stdout } = await box.kubectl(['get', 'replicasets', '-o', 'json']);
    const [{ metadata, spec }] = JSON.parse(stdout).items;
    const { name, labels, annotations } = metadata;
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, labels, annotations },
      spec,
    };
    await box.kubectl(['delete', 'deployment', 'web', '--cascade=orphan']);
    await box.kubectl(['delete', 'replicasets', '--all', '--cascade=orphan']);
    await box.editConfig({ a: '2' });
    await manage(box);
    const { stderr } = await box.kubectl(['create', '-f', '-'], list(set, web()));
    expect(stderr).toContain(IN_DOUBT);
  });

  test('also at the resumption of a Deployment that is paused', async () => {
    const box = await running();
    await box.kubectl(['rollout', 'pause', 'deployment/web']);
    await recreateConfig(box);
    await manage(box);
    const told = IN_DOUBT.replace('all roll once', 'all roll when it is resumed');
    expect((await scale(box, 4)).stderr).toContain(told);
    const sets = await setsAfter(box, () => box.kubectl(['rollout', 'resume', 'deployment/web']));
    expect(sets).toBe(1);
  });
});

describe.concurrent('Invariant 4, quiet: pods that certainly hold the same do not roll', () => {
  /** The first calls for the Deployment make no ReplicaSet, and record what its pods hold. */
  async function expectAdopted(box: Sandbox, act: () => Promise<{ stderr: string }>): Promise<void> {
    const sets = await setsAfter(box, async () => expect((await act()).stderr).not.toContain('lockstep'));
    expect(sets).toBe(0);
    expect((await box.marks()).hash).toBeUndefined();
    expect(JSON.stringify(await box.read('deployments', 'web'))).toContain(BASELINE);
  }

  test('a label of a ConfigMap has changed, and all pods have started since', async () => {
    const box = await running();
    const relabelled = { ...configMap({ a: '1' }), metadata: { name: 'app', labels: { chart: 'app-2' } } };
    await box.apply(relabelled);
    await laterSecond();
    await box.kubectl(['delete', 'pods', '--all', '--now']);
    await untilPods(box, 'Running', 2);
    await box.untilRolledOut();
    await manage(box);
    await expectAdopted(box, () => scale(box, 3));
  });

  test('pods waited for a ConfigMap that was made long after them', async () => {
    const box = await unmanaged();
    await box.apply(web({ podSpec: { schedulingGates: [{ name: 'example.com/wait' }] } }));
    await untilPods(box, 'Pending', 2);
    await laterSecond();
    await box.apply(configMap({ a: '1' }));
    await laterSecond();
    const pods = await box.pods();
    for (const { name } of pods.current())
      await box.kubectl(['patch', 'pod', name, '--type=merge', '--patch={"spec":{"schedulingGates":[]}}']);
    await pods.stop();
    await box.untilRolledOut();
    await manage(box);
    await expectAdopted(box, () => box.kubectl(['label', 'deployment/web', 'x=y']));
  });

  test('its controller lags: its ReplicaSet has the template nevertheless', async () => {
    const box = await running();
    const live = await lockstep().cluster.kubectlOk([
      ...['-n', box.namespace, 'get', 'deployment', 'web', '-o', 'json'],
    ]);
    const object = JSON.parse(live.stdout);
    const oldObject = { ...object, status: { ...object.status, observedGeneration: 0 } };
    const labelled = { ...oldObject, metadata: { ...object.metadata, labels: { x: 'y' } } };
    await manage(box);
    const calls = directCalls(lockstep().port);
    const request = {
      namespace: box.namespace,
      operation: 'UPDATE',
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    };
    const adopted = await calls.review('template', { ...request, object: labelled, oldObject });
    // A template that no ReplicaSet has takes today's marks, since its pods are yet to be made.
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

  /** The Deployment is deleted without its ReplicaSets, and `make` makes it again. */
  async function madeAgain(box: Sandbox, make: () => Promise<CommandResult>): Promise<CommandResult> {
    await box.kubectl(['delete', 'deployment', 'web', '--cascade=orphan']);
    return make();
  }

  test('a Deployment was deleted without its pods and made again', async () => {
    const box = await running();
    await manage(box);
    await expectAdopted(box, () => madeAgain(box, () => box.apply(web())));
  });

  test('the same with marks, which the manifest does not have; after an edit it rolls', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    await box.untilRolledOut();
    const before = await box.marks();
    const create = () => box.kubectl(['create', '-f', '-'], list(web()));
    expect(await setsAfter(box, async () => expectSilence(await madeAgain(box, create)))).toBe(0);
    expect(await box.marks()).toEqual(before);
    await box.editConfig({ a: '2' });
    expect((await madeAgain(box, create)).stderr).toContain(WEB_ROLLS);
    await box.untilRolledOut();
    expect((await box.marks()).hash).not.toBe(before.hash);
  });
});

describe('with --adoption-in-doubt record', () => {
  test('pods that may differ stay, a warning says so, and the next edit rolls them', async () => {
    await lockstep().restart(['--adoption-in-doubt', 'record']);
    const box = await running();
    await box.kubectl(['annotate', 'configmap', 'app', '--field-manager=kubectl-client-side-apply', 'x=1']);
    await manage(box);
    let said = '';
    const sets = await setsAfter(box, async () => {
      said = (await scale(box, 3)).stderr;
    });
    expect(said).toContain(
      'recorded deployment/web without certainty: pods may hold different versions of configmap/app',
    );
    expect(sets).toBe(0);
    expectSilence(await scale(box, 4));
    await box.editConfig({ a: '2' });
    expect((await scale(box, 5)).stderr).toContain(WEB_ROLLS);
  });
});
