import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { ApiError } from '../../lab/control-plane/api.ts';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, list } from '../../lab/lockstep/manifests.ts';
import { annotationsOf } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import { plainDigestV1 } from '../../src/digest/source.ts';
import { BASELINE } from '../../src/marks/names.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ sent: false, onlyApiServer: true, ...PATIENT });

/** An editor that adds a label to the workload's own metadata. */
const EDITOR = `sed -i 's/^  name: web$/  name: web\\n  labels: {edited: "yes"}/'`;

/** The config hash of a workload that uses all of `app`'s data as environment. */
function hashOf(data: Readonly<Record<string, string>>): string {
  const digest = plainDigestV1(ALL_OF_APP, { data, binaryData: {} });
  return configState(new Map([['configmap/app', digest]]), v1()).hash;
}

/** Two pods with a=1, followed by the edit. */
async function startAndEdit(kind: Kind): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  expectSilence(await box.apply(configMap({ a: '1' }), kind.web()));
  await box.untilRolledOut();
  expect((await box.marks()).hash).toBe(hashOf({ a: '1' }));
  await box.editConfig({ a: '2' });
  return box;
}

const asScale = Compile(
  Type.Object({
    metadata: Type.Object({ resourceVersion: Type.String() }),
    spec: Type.Optional(Type.Object({ replicas: Type.Optional(Type.Integer()) })),
  }),
);
const scalePath = ({ namespace, kind }: Sandbox) =>
  `/apis/apps/v1/namespaces/${namespace}/${kind.resource}/web/scale`;

/** What client-go's scale client reads before it writes. */
async function readScale(box: Sandbox) {
  const scale = await lockstep().cluster.api.get(scalePath(box));
  if (!asScale.Check(scale)) throw new Error('no Scale');
  return scale;
}

/** Writes a Scale that was read before, as client-go's scale client does. Resolves with the status. */
async function putScale(box: Sandbox, scale: object, replicas: number): Promise<number> {
  const body = { ...scale, spec: { replicas } };
  try {
    await (await lockstep().cluster.api.open(scalePath(box), { method: 'PUT', body })).dump();
    return 200;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

/** Waits until the API server calls lockstep for the namespace. */
const untilMarked = ({ namespace, kind }: Sandbox) =>
  eventually(async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/${kind.resource}?dryRun=All`;
    const body = { ...kind.web(), metadata: { name: 'probe' } };
    const answer = await lockstep().cluster.api.open(path, { method: 'POST', body });
    return (await answer.text()).includes('lockstep.dev/config-hash');
  });

const inStep = async (box: Sandbox, data: Readonly<Record<string, string>> = { a: '2' }) =>
  expect((await box.marks()).hash).toBe(hashOf(data));

describeKinds('Invariant 1, in step', (kind) => {
  test('the story: after an edit and a scale-up, every pod has the new configuration', async () => {
    const box = await startAndEdit(kind);
    const pods = await box.pods();
    const size = kind.scales ? 4 : 1;
    expectWarning(await scale(box, 4), rolls(box));
    await box.untilRolledOut();
    await inStep(box);
    await pods.until(
      (_, current) => {
        const live = livePods(current);
        return live.length === size && new Set(live.map(({ revision }) => revision)).size === 1;
      },
      60_000,
      `${size} pods of one revision`,
    );
    for (const pod of livePods(pods.current()))
      expect(pod.annotations['lockstep.dev/config-hash']).toBe(hashOf({ a: '2' }));
    await pods.stop();
  });

  test('kubectl edit, patch, annotate and label do not change the template, and yet it rolls, with a warning', async () => {
    const box = await startAndEdit(kind);
    const { namespace } = box;
    const edit = await lockstep().cluster.kubectlOk(['-n', namespace, 'edit', box.subject], {
      env: { KUBE_EDITOR: EDITOR },
    });
    expect(edit.stdout).toContain(`${kind.word}.apps/web edited`);
    expectWarning(edit, rolls(box));
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectWarning(
      await box.kubectl(['patch', box.subject, '--patch', '{"metadata":{"labels":{"x":"y"}}}']),
      rolls(box),
    );
    await inStep(box, { a: '3' });
    await box.editConfig({ a: '4' });
    expectWarning(await box.kubectl(['annotate', box.subject, 'note=1']), rolls(box));
    await inStep(box, { a: '4' });
  });

  test('set image and rollout restart change the template anyway, so there is no warning', async () => {
    const box = await startAndEdit(kind);
    expectSilence(await box.kubectl(['set', 'image', box.subject, 'web=web:2']));
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectSilence(await box.kubectl(['rollout', 'restart', box.subject]));
    await inStep(box, { a: '3' });
  });

  test('kubectl apply of a changed manifest, and replace, roll a drifted workload', async () => {
    const box = await startAndEdit(kind);
    expectWarning(await box.apply(kind.web({ labels: { x: 'y' } })), rolls(box));
    await inStep(box);
    await box.untilRolledOut();
    await box.editConfig({ a: '3' });
    expectWarning(await box.replace(kind.web()), rolls(box));
    await inStep(box, { a: '3' });
  });

  test('kubectl apply of the same manifest sends no request, so the next call brings it into step', async () => {
    const box = await startAndEdit(kind);
    const applied = await box.apply(kind.web());
    expect(applied.stdout).toBe(`${kind.word}.apps/web unchanged\n`);
    await inStep(box, { a: '1' });
    expectWarning(await scale(box, 3), rolls(box));
    await inStep(box);
  });

  test('server-side apply keeps lockstep’s annotations, and the workload stays in step', async () => {
    const box = await lockstep().sandbox({}, kind);
    const apply = (replicas: number) =>
      box.kubectl(['apply', '--server-side', '-f', '-'], list(kind.web({ replicas })));
    await box.apply(configMap({ a: '1' }));
    await apply(2);
    await inStep(box, { a: '1' });
    expectSilence(await apply(2));
    await box.editConfig({ a: '2' });
    expectWarning(await apply(2), rolls(box));
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectWarning(await apply(3), rolls(box));
    await inStep(box, { a: '3' });
  });

  // The race is the same for each kind: how its marks are patched does not differ.
  const rounds = kind === DEPLOYMENT ? 40 : 10;
  test(`an edit and a scale back to back, ${rounds} times, leave no old digest`, async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '0' }), kind.web({ replicas: 1 }));
    for (let round = 1; round <= rounds; round += 1) {
      await box.editConfig({ a: String(round) });
      // One more each time, and now and then back to none, because a scale-down is not checked.
      await scale(box, (round % 5) + 1);
      if (kind.scales && round % 5 === 0) continue;
      await inStep(box, { a: String(round) });
    }
  });

  test('an edit of two ConfigMaps makes one rollout, with a warning that names both', async () => {
    const box = await lockstep().sandbox({}, kind);
    const both = { podSpec: { volumes: [{ name: 'more', configMap: { name: 'more', optional: true } }] } };
    await box.apply(configMap({ a: '1' }), configMap({ b: '1' }, 'more'), kind.web(both));
    await box.untilRolledOut();
    const before = await box.marks();
    await Promise.all([box.editConfig({ a: '2' }), box.editConfig({ b: '2' }, 'more')]);
    const scaled = await scale(box, 3);
    expectWarning(scaled, `configmap/app and configmap/more changed: all pods of ${box.subject} roll`);
    const after = await box.marks();
    expect(Object.keys(JSON.parse(after.sources ?? '{}'))).toEqual(['configmap/app', 'configmap/more']);
    expect(after.hash).not.toBe(before.hash);
  });

  test('pods that wait for a ConfigMap all get its first content, which is recorded without a rollout', async () => {
    const box = await lockstep().sandbox({}, kind);
    // Nobody lifts the gate, so the pods wait, as they would on a kubelet for the ConfigMap.
    await box.apply(kind.web({ podSpec: { schedulingGates: [{ name: 'example.com/wait' }] } }));
    // Until its controller has made a pod, a rollout costs nothing, and lockstep says that one begins.
    const pods = await box.pods();
    await pods.until((_, now) => now.length > 0, 60_000, `a pod of ${box.subject}`);
    await pods.stop();
    const absent = await box.marks();
    expect(absent.sources).toBe('{"configmap/app":"absent"}');
    await box.apply(configMap({ a: '1' }));
    expectSilence(await scale(box, 3));
    expect(await box.marks()).toEqual(absent);
    const { [BASELINE]: baseline = '' } = await annotationsOf(box);
    expect(JSON.parse(baseline).hash).toBe(hashOf({ a: '1' }));
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box, 4), rolls(box));
    await inStep(box);
  });

  test('pods that ran before their ConfigMap was created roll', async () => {
    const box = await lockstep().sandbox({}, kind);
    // kwok's pods run without their ConfigMap, as if it had been deleted while they ran.
    await box.apply(kind.web());
    await box.untilRolledOut();
    await laterSecond();
    await box.apply(configMap({ a: '1' }));
    expectWarning(await scale(box, 3), rolls(box));
    await inStep(box, { a: '1' });
  });

  test('rollout undo of a configuration change changes nothing, with a warning', async () => {
    const box = await startAndEdit(kind);
    await scale(box, 3);
    await box.untilRolledOut();
    const undone = await box.kubectl(['rollout', 'undo', box.subject]);
    expectWarning(undone, `undo of ${box.subject} changes nothing: only configuration differed`);
    await inStep(box);
  });

  test('rollout undo of an image change brings back the template with today’s configuration', async () => {
    const box = await startAndEdit(kind);
    await box.kubectl(['set', 'image', box.subject, 'web=web:2']);
    await box.untilRolledOut();
    const undone = await box.kubectl(['rollout', 'undo', box.subject]);
    expectWarning(undone, `undo of ${box.subject} brings back the template, not the configuration`);
    await inStep(box);
    const image = ['get', box.subject, '-o', 'jsonpath={.spec.template.spec.containers[0].image}'];
    expect((await box.kubectl(image)).stdout).toBe('web:1');
  });
});

describeKinds(
  'Invariant 1, in step, at a scale',
  (kind) => {
    test('kubectl scale --current-replicas rolls a drifted workload', async () => {
      const box = await startAndEdit(kind);
      expectWarning(
        await box.kubectl(['scale', box.subject, '--current-replicas=2', '--replicas=3']),
        rolls(box),
      );
      await inStep(box);
    });

    test('a raised HPA minimum rolls a drifted workload', async () => {
      const box = await startAndEdit(kind);
      await box.kubectl(['autoscale', box.subject, '--min=3', '--max=9', '--cpu=50%']);
      await eventually(async () => (await box.marks()).hash === hashOf({ a: '2' }), {
        what: 'the HPA scaling up in step',
      });
      await box.editConfig({ a: '3' });
      await box.kubectl(['patch', 'hpa', 'web', '--patch', '{"spec":{"minReplicas":5}}']);
      await eventually(async () => (await box.marks()).hash === hashOf({ a: '3' }), {
        what: 'the HPA scaling up in step',
      });
      await box.untilRolledOut();
    });

    test('a PUT of a Scale, as the HPA and KEDA send it, goes through at once at each drift', async () => {
      const box = await lockstep().sandbox({}, kind);
      await box.apply(configMap({ a: '0' }), kind.web({ replicas: 1 }));
      for (let round = 1; round <= 6; round += 1) {
        await box.untilRolledOut();
        await box.editConfig({ a: String(round) });
        const read = await readScale(box);
        expect(await putScale(box, read, round + 1)).toBe(200);
        await inStep(box, { a: String(round) });
      }
      await box.untilRolledOut();
      expect((await readScale(box)).spec?.replicas).toBe(7);
    });

    test('kubectl scale --resource-version rolls a drifted workload', async () => {
      const box = await startAndEdit(kind);
      const read = await readScale(box);
      const version = `--resource-version=${read.metadata.resourceVersion}`;
      const scaled = await box.kubectl(['scale', box.subject, version, '--replicas=3']);
      expectWarning(scaled, rolls(box));
      expect(scaled.stdout).toBe(`${kind.word}.apps/web scaled\n`);
      await inStep(box);
      // That version has been scaled, so it is no longer the one before our own patch.
      expect(await putScale(box, read, 5)).toBe(409);
      expect((await readScale(box)).spec?.replicas).toBe(3);
    });

    test('a PUT that is only recorded goes through at once, too', async () => {
      const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' }, kind);
      await box.apply(configMap({ a: '1' }), kind.web());
      await box.untilRolledOut();
      await lockstep().cluster.kubectlOk(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
      await untilMarked(box);
      expect(await putScale(box, await readScale(box), 3)).toBe(200);
      const { stdout } = await box.kubectl(['get', box.subject, '-o', 'json']);
      const { metadata, spec } = JSON.parse(stdout);
      expect(spec.replicas).toBe(3);
      expect(JSON.parse(metadata.annotations['lockstep.dev/baseline']).hash).toBe(hashOf({ a: '1' }));
    });

    test('a PUT for a version from before somebody else wrote is a conflict', async () => {
      const box = await startAndEdit(kind);
      const read = await readScale(box);
      await scale(box, 1);
      expect(await putScale(box, read, 5)).toBe(409);
      // lockstep has patched another version than the caller knows.
      expect(await putScale(box, read, 5)).toBe(409);
      expect((await readScale(box)).spec?.replicas).toBe(1);
    });

    test('from 0 to N counts as a scale-up', async () => {
      const box = await lockstep().sandbox({}, kind);
      await box.apply(configMap({ a: '1' }), kind.web({ replicas: 0 }));
      await box.editConfig({ a: '2' });
      await scale(box, 2);
      await inStep(box);
      await box.untilRolledOut();
    });

    test('a scale-down reads nothing and writes nothing', async () => {
      const box = await startAndEdit(kind);
      expectSilence(await scale(box, 1));
      expect((await box.marks()).hash).toBe(hashOf({ a: '1' }));
    });

    test('every field that another writer added survives lockstep’s PATCH', async () => {
      const box = await startAndEdit(kind);
      await box.kubectl([
        'patch',
        box.subject,
        '--type=json',
        '--patch',
        JSON.stringify([{ op: 'add', path: '/metadata/annotations/x~1y', value: 'kept' }]),
      ]);
      await box.editConfig({ a: '3' });
      const spec = ['get', box.subject, '-o', 'json'];
      const strip = (text: string) =>
        text.replace(
          /"(resourceVersion|generation|observedGeneration|time|lockstep.dev\/[a-z-]+|lastUpdateTime|deployment.kubernetes.io\/revision)": .*/g,
          '',
        );
      const before = JSON.parse((await box.kubectl(spec)).stdout);
      await scale(box, 3);
      const after = JSON.parse((await box.kubectl(spec)).stdout);
      const template = (object: { spec: { template: unknown } }) =>
        strip(JSON.stringify(object.spec.template, null, 1));
      expect(template(after)).toBe(template(before));
      expect(after.metadata.annotations['x/y']).toBe('kept');
    });
  },
  SCALED_KINDS,
);

describeKinds('the label lockstep.dev/inject', (kind) => {
  test('disabled on the namespace or the workload keeps lockstep out; a malformed one is named', async () => {
    const closed = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' }, kind);
    await closed.apply(configMap({ a: '1' }), kind.web());
    expect((await closed.marks()).hash).toBeUndefined();
    const open = await lockstep().sandbox({}, kind);
    await open.apply(configMap({ a: '1' }), kind.web({ labels: { 'lockstep.dev/inject': 'disabled' } }));
    expectSilence(await scale(open, 3));
    expect((await open.marks()).hash).toBeUndefined();
    const odd = await lockstep().sandbox({}, kind);
    const applied = await odd.apply(
      configMap({ a: '1' }),
      kind.web({ labels: { 'lockstep.dev/inject': 'yes' } }),
    );
    expectWarning(
      applied,
      `label lockstep.dev/inject="yes" on ${odd.subject} is neither enabled nor disabled: ignored`,
    );
    await inStep(odd, { a: '1' });
  });
});

describeKinds('Dry run', (kind) => {
  test('--dry-run=server writes nothing and warns the same', async () => {
    const box = await startAndEdit(kind);
    const before = await box.marks();
    for (const command of [
      ...(kind.scales ? [['scale', box.subject, '--replicas=4']] : []),
      ['annotate', box.subject, 'note=1'],
    ]) {
      expectWarning(await box.kubectl([...command, '--dry-run=server']), rolls(box));
      expect(await box.marks()).toEqual(before);
    }
  });
});
