/**
 * Argo Rollouts, with its real controller. docs/testing.md says where that comes from.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { PIN, pinnedAnswers, podsIn } from '../../lab/lockstep/pinned.ts';
import { type Rollouts, startRollouts } from '../../lab/rollouts/controller.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { progressOf } from '../../src/workloads/progress.ts';
import { runBy } from '../../src/workloads/workload.ts';
import { argo, podTemplate, type RolloutOptions, rollout } from '../kit/argo-rollouts.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { useRolloutProgress } from '../kit/rollout-progress.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

let rollouts: Rollouts | undefined;
beforeAll(async () => {
  rollouts = await startRollouts(useCluster());
}, 120_000);
afterAll(async () => {
  await rollouts?.remove();
});

const lockstep = useLockstep({
  onlyApiServer: true,
  flags: ['--pin=on', '--workloads=deployments,rollouts'],
  values: { 'pin.enabled': 'true', 'argoRollouts.enabled': 'true' },
});

const { view, progress, ready } = useRolloutProgress();

/** A healthy Rollout `web` whose pods hold `a=1`. */
async function running(options: RolloutOptions = {}, ...others: readonly object[]) {
  const box = await lockstep().sandbox();
  const web = argo(lockstep().cluster, box);
  await box.apply(configMap({ a: '1' }), ...others, rollout(options));
  await web.untilHealthy();
  return { box, web };
}

/** A Rollout that ran before lockstep, and that lockstep has recorded since. Its controller has rewritten its template. */
async function runningBefore() {
  const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
  const web = argo(lockstep().cluster, box);
  const template = podTemplate();
  const [container] = template.spec.containers;
  const odd = { env: [{ name: 'A', value: '' }], resources: { limits: { cpu: 0.5, memory: '1024Mi' } } };
  const spec = {
    template: { ...template, spec: { ...template.spec, containers: [{ ...container, ...odd }] } },
  };
  await box.apply(configMap({ a: '1' }), rollout({ spec }));
  await web.untilHealthy();
  await lockstep().cluster.kubectlOk(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
  expectSilence(await box.kubectl(['annotate', 'rollout/web', 'n=1']));
  return { box, web, spec };
}

const hashesOfPods = async (box: Parameters<typeof podsIn>[0]) => [
  ...new Set((await podsIn(box)).map(({ annotations }) => annotations[CONFIG_HASH])),
];
const leftAsNote = () =>
  lockstep().program().metric('lockstep_reviews_total', { reason: 'controllers-write' });

describe('Invariant 1, in step: a Rollout', () => {
  test('rolls by its canary steps on a drifted scale-up, once', async () => {
    const { box, web } = await running();
    const before = await web.hash();
    await box.editConfig({ a: '2' });

    expectWarning(
      await web.scale(4),
      'configmap/app changed: all pods of rollout/web roll by its canary steps',
    );
    await web.untilPaused();
    expect([await progress(box, 'rollouts'), await ready(box, 'rollouts')]).toEqual(['under-way', 'some']);
    const hash = await web.hash();
    expect(hash).not.toBe(before);
    // The stable ReplicaSet grows although its configuration is the older one: that is what a canary is.
    expect((await web.sets()).map(({ replicas, ...set }) => [set.hash === hash, replicas]).sort()).toEqual([
      [false, 2],
      [true, 2],
    ]);
    // Without copies, pods that join in the middle of the canary would differ from its first ones.
    await box.editConfig({ a: '3' });
    expectWarning(
      await web.scale(5),
      'configmap/app changed: all pods of rollout/web roll by its canary steps, which start over',
    );
    await web.until(
      'the third template',
      ({ status }) => status?.phase === 'Paused' && status.updatedReplicas === 3,
    );
    await web.promote();
    await web.untilHealthy();
    expectSilence(await web.scale(6));
    await web.untilHealthy();
    expect([await progress(box, 'rollouts'), await ready(box, 'rollouts')]).toEqual(['complete', 'some']);

    expect(await hashesOfPods(box)).toEqual([await web.hash()]);
    expect(await web.sets()).toHaveLength(3);
  });

  test('rolls by blue-green on an update', async () => {
    const services = ['active', 'preview'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    }));
    const blueGreen = { activeService: 'active', previewService: 'preview', scaleDownDelaySeconds: 1 };
    const { box, web } = await running({ strategy: { blueGreen } }, ...services);
    await box.editConfig({ a: '2' });

    expectWarning(
      await box.kubectl(['annotate', 'rollout/web', 'n=1']),
      'configmap/app changed: all pods of rollout/web roll by blue-green',
    );
    await web.untilHealthy();

    const hash = await web.hash();
    await eventually(async () => expect(await hashesOfPods(box)).toEqual([hash]), {
      what: 'the old pods ending',
    });
    expect(await web.sets()).toHaveLength(2);
  });

  test('takes its template from a Deployment without pods, which is written instead', async () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
    };
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const notes = await leftAsNote();
    const { box, web } = await running({ spec: { workloadRef } }, deployment);
    expect([await progress(box), await ready(box)]).toEqual(['complete', 'some']);
    const { hash: first } = await box.marks();
    await box.editConfig({ a: '2' });
    const before = await view(box, 'rollouts');
    expectWarning(
      await web.scale(4),
      'configmap/app changed: all pods of deployment/web roll by its canary steps',
    );
    await web.untilPaused();
    expect([await progress(box), await ready(box)]).toEqual(['under-way', 'some']);
    // The Rollout stays complete until its controller hears of the Deployment's new template.
    expect([progressOf(before), progressOf(runBy(await view(box), before))]).toEqual([
      'complete',
      'under-way',
    ]);
    await web.promote();
    await web.untilHealthy();
    const { hash: second } = await box.marks();
    expect(second).not.toBe(first);
    expect(await hashesOfPods(box)).toEqual([second]);

    await box.editConfig({ a: '3' });
    expectWarning(
      await box.kubectl(['annotate', 'rollout/web', 'n=1']),
      'configmap/app changed: all pods of deployment/web roll by its canary steps',
    );
    const [paused] = [await web.untilPaused()];
    expect((await web.sets()).map(({ hash }) => hash)).toContain((await box.marks()).hash);
    expect(paused.spec.template).toBeUndefined();
    // The controller notes each generation of the Deployment on the Rollout.
    expect(await leftAsNote()).toBeGreaterThan(notes);
  });
});

test('a Rollout with the template of an object that lockstep does not write says so', async () => {
  const box = await lockstep().sandbox();
  const template = {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'web' },
    template: podTemplate(),
  };
  const workloadRef = { apiVersion: 'v1', kind: 'PodTemplate', name: 'web' };
  await box.apply(configMap({ a: '1' }), template);
  expectWarning(
    await box.apply(rollout({ spec: { workloadRef } })),
    'rollout/web takes its template from podtemplate/web, so its pods may differ: refer to a Deployment',
  );
});

describe('Invariant 4, quiet: a Rollout', () => {
  test('that runs when lockstep comes is adopted, whatever its controller made of its text', async () => {
    const { box, web, spec } = await runningBefore();
    // It writes the text anew that the controller has replaced.
    expectSilence(await box.apply(rollout({ spec })));
    expectSilence(await web.scale(3));
    await web.untilHealthy();
    expect(await web.sets()).toHaveLength(1);
    expect(await web.hash()).toBeUndefined();

    await box.editConfig({ a: '2' });
    expectWarning(await web.scale(4), 'configmap/app changed: all pods of rollout/web roll');
  });

  test('is not brought into step by what its controller notes on it', async () => {
    const { box, web } = await running();
    const before = await web.hash();
    await box.editConfig({ a: '2' });
    const notes = await leftAsNote();
    await box.kubectl([
      'annotate',
      'rollout/web',
      'rollout.argoproj.io/workload-generation=7',
      '--overwrite',
    ]);
    expect(await web.hash()).toBe(before);
    expect(await leftAsNote()).toBe(notes + 1);
  });
});

describe('Invariant 8, never worse: a Rollout', () => {
  test('that was aborted releases nothing on a scale-up, and its stable ReplicaSet grows', async () => {
    const { box, web } = await running();
    await box.apply(rollout({ spec: { template: podTemplate('web:bad') } }));
    await web.untilPaused();
    await web.abort();
    await web.until('an aborted Rollout', ({ status }) => status?.phase === 'Degraded');
    expect(await progress(box, 'rollouts')).toBe('failed');
    await box.editConfig({ a: '2' });

    expectWarning(
      await web.scale(4),
      'configmap/app changed; rollout/web does not roll on this after an abort: its pods may differ',
    );
    await web.until('the stable ReplicaSet to grow', ({ status }) => status?.availableReplicas === 4);
    expect((await web.sets()).map(({ replicas }) => replicas).sort()).toEqual([0, 4]);

    // A user's own update is meant.
    expectWarning(
      await box.kubectl(['annotate', 'rollout/web', 'n=1']),
      'configmap/app changed: all pods of rollout/web roll by its canary steps',
    );
    await web.untilPaused();
  });
});

describe('a pinned Rollout', () => {
  test('does not start over in the middle of a canary, and comes back with its configuration', async () => {
    const { box, web } = await running({ labels: PIN });
    const { stableRS: first } = (await web.read()).status ?? {};
    await box.editConfig({ a: '2' });
    await box.kubectl(['annotate', 'rollout/web', 'n=1']);
    await web.untilPaused();
    expect(await pinnedAnswers(box)).toEqual(['1', '2']);

    await box.editConfig({ a: '3' });
    expectWarning(
      await web.scale(4),
      'configmap/app changed; rollout/web does not roll on this in the middle of a rollout: new pods join at its earlier configuration',
    );
    await web.until('four pods', ({ status }) => status?.availableReplicas === 4);
    expect(await pinnedAnswers(box)).toEqual(['1', '2']);
    await web.promote();
    await web.untilHealthy();
    expect(await pinnedAnswers(box)).toEqual(['2']);

    expectWarning(await web.undo(first), 'rollout/web is back at its earlier configuration, and held there');
    await web.untilPaused();
    await web.promote();
    await web.untilHealthy();
    expectWarning(await web.scale(5), 'rollout/web is held at an earlier configuration');
    await web.untilHealthy();
    expect(await pinnedAnswers(box)).toEqual(['1']);
    expect(await web.sets()).toHaveLength(2);
  });
});

// The last one: the garbage collector notices within 30 seconds that a kind is new, and until then it orphans nothing.
test('Invariant 4, quiet: a Rollout that is made again over its ReplicaSet keeps its pods', async () => {
  const { box, web, spec } = await runningBefore();
  await box.kubectl(['delete', 'rollout/web', '--cascade=orphan']);
  expectSilence(await box.apply(rollout({ spec })));
  await web.untilHealthy();
  expect(await web.sets()).toHaveLength(1);
});
