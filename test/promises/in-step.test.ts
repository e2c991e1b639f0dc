import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../lab/control-plane/api.ts';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import { plainDigestV1 } from '../../src/digest/source.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true });

/** An editor that adds a label to the Deployment's own metadata. */
const EDITOR = `sed -i 's/^  name: web$/  name: web\\n  labels: {edited: "yes"}/'`;

/** The config hash of a workload that uses all of `app`'s data as environment. */
function hashOf(data: Readonly<Record<string, string>>): string {
  const digest = plainDigestV1(ALL_OF_APP, { data, binaryData: {} });
  return configState(new Map([['configmap/app', digest]]), v1()).hash;
}

/** Two pods with a=1, followed by the edit. */
async function startAndEdit(): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  expectSilence(await box.apply(configMap({ a: '1' }), web()));
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
const scalePath = ({ namespace }: Sandbox) => `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale`;

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
const untilMarked = ({ namespace }: Sandbox) =>
  eventually(async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
    const body = { ...web(), metadata: { name: 'probe' } };
    const answer = await lockstep().cluster.api.open(path, { method: 'POST', body });
    return (await answer.text()).includes('lockstep.dev/config-hash');
  });

const inStep = async (box: Sandbox, data: Readonly<Record<string, string>> = { a: '2' }) =>
  expect((await box.marks()).hash).toBe(hashOf(data));

describe('Invariant 1, in step', () => {
  test('the story: after an edit and a scale-up, every pod has the new configuration', async () => {
    const box = await startAndEdit();
    const pods = await box.pods();
    const scaled = await box.kubectl(['scale', 'deployment/web', '--replicas=4']);
    expectWarning(scaled, WEB_ROLLS);
    expect(scaled.stdout).toBe('deployment.apps/web scaled\n');
    await box.untilRolledOut();
    await inStep(box);
    await pods.until(
      (_, current) => {
        const pods = livePods(current);
        return pods.length === 4 && new Set(pods.map((pod) => pod.replicaSet)).size === 1;
      },
      60_000,
      'four pods of one ReplicaSet',
    );
    for (const pod of livePods(pods.current()))
      expect(pod.annotations['lockstep.dev/config-hash']).toBe(hashOf({ a: '2' }));
    await pods.stop();
  });

  test('kubectl scale --current-replicas rolls a drifted Deployment', async () => {
    const box = await startAndEdit();
    expectWarning(
      await box.kubectl(['scale', 'deployment/web', '--current-replicas=2', '--replicas=3']),
      WEB_ROLLS,
    );
    await inStep(box);
  });

  test('a raised HPA minimum rolls a drifted Deployment', async () => {
    const box = await startAndEdit();
    await box.kubectl(['autoscale', 'deployment/web', '--min=3', '--max=9', '--cpu=50%']);
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
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '0' }), web({ replicas: 1 }));
    for (let round = 1; round <= 6; round += 1) {
      await box.untilRolledOut();
      await box.editConfig({ a: String(round) });
      const scale = await readScale(box);
      expect(await putScale(box, scale, round + 1)).toBe(200);
      await inStep(box, { a: String(round) });
    }
    await box.untilRolledOut();
    expect((await readScale(box)).spec?.replicas).toBe(7);
  });

  test('kubectl scale --resource-version rolls a drifted Deployment', async () => {
    const box = await startAndEdit();
    const scale = await readScale(box);
    const version = `--resource-version=${scale.metadata.resourceVersion}`;
    const scaled = await box.kubectl(['scale', 'deployment/web', version, '--replicas=3']);
    expectWarning(scaled, WEB_ROLLS);
    expect(scaled.stdout).toBe('deployment.apps/web scaled\n');
    await inStep(box);
    // That version has been scaled, so it is no longer the one before our own patch.
    expect(await putScale(box, scale, 5)).toBe(409);
    expect((await readScale(box)).spec?.replicas).toBe(3);
  });

  test('a PUT that is only recorded goes through at once, too', async () => {
    const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
    await box.apply(configMap({ a: '1' }), web());
    await box.untilRolledOut();
    await lockstep().cluster.kubectlOk(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
    await untilMarked(box);
    expect(await putScale(box, await readScale(box), 3)).toBe(200);
    const { stdout } = await box.kubectl(['get', 'deployment', 'web', '-o', 'json']);
    const { metadata, spec } = JSON.parse(stdout);
    expect(spec.replicas).toBe(3);
    expect(JSON.parse(metadata.annotations['lockstep.dev/baseline']).hash).toBe(hashOf({ a: '1' }));
  });

  test('a PUT for a version from before somebody else wrote is a conflict', async () => {
    const box = await startAndEdit();
    const scale = await readScale(box);
    await box.kubectl(['scale', 'deployment/web', '--replicas=1']);
    expect(await putScale(box, scale, 5)).toBe(409);
    // lockstep has patched another version than the caller knows.
    expect(await putScale(box, scale, 5)).toBe(409);
    expect((await readScale(box)).spec?.replicas).toBe(1);
  });

  test('kubectl edit, patch, annotate and label do not change the template, and yet it rolls, with a warning', async () => {
    const box = await startAndEdit();
    const { namespace } = box;
    const edit = await lockstep().cluster.kubectlOk(['-n', namespace, 'edit', 'deployment/web'], {
      env: { KUBE_EDITOR: EDITOR },
    });
    expect(edit.stdout).toContain('deployment.apps/web edited');
    expectWarning(edit, WEB_ROLLS);
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectWarning(
      await box.kubectl(['patch', 'deployment/web', '--patch', '{"metadata":{"labels":{"x":"y"}}}']),
      WEB_ROLLS,
    );
    await inStep(box, { a: '3' });
    await box.editConfig({ a: '4' });
    expectWarning(await box.kubectl(['annotate', 'deployment/web', 'note=1']), WEB_ROLLS);
    await inStep(box, { a: '4' });
  });

  test('set image and rollout restart change the template anyway, so there is no warning', async () => {
    const box = await startAndEdit();
    expectSilence(await box.kubectl(['set', 'image', 'deployment/web', 'web=web:2']));
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectSilence(await box.kubectl(['rollout', 'restart', 'deployment/web']));
    await inStep(box, { a: '3' });
  });

  test('kubectl apply of a changed manifest, and replace, roll a drifted Deployment', async () => {
    const box = await startAndEdit();
    expectWarning(await box.apply(web({ labels: { x: 'y' } })), WEB_ROLLS);
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectWarning(await box.kubectl(['replace', '-f', '-'], list(web())), WEB_ROLLS);
    await inStep(box, { a: '3' });
  });

  test('kubectl apply of the same manifest sends no request, so the next call brings it into step', async () => {
    const box = await startAndEdit();
    const applied = await box.apply(web());
    expect(applied.stdout).toBe('deployment.apps/web unchanged\n');
    await inStep(box, { a: '1' });
    expectWarning(await box.kubectl(['scale', 'deployment/web', '--replicas=3']), WEB_ROLLS);
    await inStep(box);
  });

  test('server-side apply keeps lockstep’s annotations, and the Deployment stays in step', async () => {
    const box = await lockstep().sandbox();
    const apply = (replicas: number) =>
      box.kubectl(['apply', '--server-side', '-f', '-'], list(web({ replicas })));
    await box.apply(configMap({ a: '1' }));
    await apply(2);
    await inStep(box, { a: '1' });
    expectSilence(await apply(2));
    await box.editConfig({ a: '2' });
    expectWarning(await apply(2), WEB_ROLLS);
    await inStep(box);
    await box.editConfig({ a: '3' });
    expectWarning(await apply(3), WEB_ROLLS);
    await inStep(box, { a: '3' });
  });

  test('an edit and a scale back to back, 40 times, leave no old digest', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '0' }), web({ replicas: 1 }));
    for (let round = 1; round <= 40; round += 1) {
      await box.editConfig({ a: String(round) });
      // One more each time, and now and then back to none, because a scale-down is not checked.
      await box.kubectl(['scale', 'deployment/web', `--replicas=${(round % 5) + 1}`]);
      if (round % 5 === 0) continue;
      await inStep(box, { a: String(round) });
    }
  });

  test('an edit of two ConfigMaps makes one rollout, with a warning that names both', async () => {
    const box = await lockstep().sandbox();
    const both = { podSpec: { volumes: [{ name: 'more', configMap: { name: 'more', optional: true } }] } };
    await box.apply(configMap({ a: '1' }), configMap({ b: '1' }, 'more'), web(both));
    await box.untilRolledOut();
    const before = await box.marks();
    await Promise.all([box.editConfig({ a: '2' }), box.editConfig({ b: '2' }, 'more')]);
    const scaled = await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
    expectWarning(scaled, 'configmap/app and configmap/more changed: all pods of deployment/web roll');
    const after = await box.marks();
    expect(Object.keys(JSON.parse(after.sources ?? '{}'))).toEqual(['configmap/app', 'configmap/more']);
    expect(after.hash).not.toBe(before.hash);
  });

  test('pods that wait for a ConfigMap all get its first content, which is recorded without a rollout', async () => {
    const box = await lockstep().sandbox();
    // No node has this label, so the pods wait, as they would on a kubelet for the ConfigMap.
    await box.apply(web({ podSpec: { nodeSelector: { nowhere: 'yes' } } }));
    const absent = await box.marks();
    expect(absent.sources).toBe('{"configmap/app":"absent"}');
    await box.apply(configMap({ a: '1' }));
    expectSilence(await box.kubectl(['scale', 'deployment/web', '--replicas=3']));
    expect(await box.marks()).toEqual(absent);
    const baseline = [
      'get',
      'deployment',
      'web',
      '-o',
      'jsonpath={.metadata.annotations.lockstep\\.dev/baseline}',
    ];
    expect(JSON.parse((await box.kubectl(baseline)).stdout).hash).toBe(hashOf({ a: '1' }));
    await box.editConfig({ a: '2' });
    expectWarning(await box.kubectl(['scale', 'deployment/web', '--replicas=4']), WEB_ROLLS);
    await inStep(box);
  });

  test('pods that ran before their ConfigMap was created roll', async () => {
    const box = await lockstep().sandbox();
    // kwok's pods run without their ConfigMap, as if it had been deleted while they ran.
    await box.apply(web());
    await box.untilRolledOut();
    await laterSecond();
    await box.apply(configMap({ a: '1' }));
    expectWarning(await box.kubectl(['scale', 'deployment/web', '--replicas=3']), WEB_ROLLS);
    await inStep(box, { a: '1' });
  });

  test('rollout undo of a configuration change changes nothing, with a warning', async () => {
    const box = await startAndEdit();
    await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
    await box.untilRolledOut();
    const undone = await box.kubectl(['rollout', 'undo', 'deployment/web']);
    expectWarning(undone, 'undo of deployment/web changes nothing: only configuration differed');
    await inStep(box);
  });

  test('rollout undo of an image change brings back the template with today’s configuration', async () => {
    const box = await startAndEdit();
    await box.kubectl(['set', 'image', 'deployment/web', 'web=web:2']);
    await box.untilRolledOut();
    const undone = await box.kubectl(['rollout', 'undo', 'deployment/web']);
    expectWarning(undone, 'undo of deployment/web brings back the template, not the configuration');
    await inStep(box);
    const image = ['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'];
    expect((await box.kubectl(image)).stdout).toBe('web:1');
  });

  test('from 0 to N counts as a scale-up', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ replicas: 0 }));
    await box.editConfig({ a: '2' });
    await box.kubectl(['scale', 'deployment/web', '--replicas=2']);
    await inStep(box);
    await box.untilRolledOut();
  });

  test('a scale-down reads nothing and writes nothing', async () => {
    const box = await startAndEdit();
    expectSilence(await box.kubectl(['scale', 'deployment/web', '--replicas=1']));
    expect((await box.marks()).hash).toBe(hashOf({ a: '1' }));
  });

  test('every field that another writer added survives lockstep’s PATCH', async () => {
    const box = await startAndEdit();
    await box.kubectl([
      'patch',
      'deployment/web',
      '--type=json',
      '--patch',
      JSON.stringify([{ op: 'add', path: '/metadata/annotations/x~1y', value: 'kept' }]),
    ]);
    await box.editConfig({ a: '3' });
    const spec = ['get', 'deployment', 'web', '-o', 'json'];
    const strip = (text: string) =>
      text.replace(
        /"(resourceVersion|generation|observedGeneration|time|lockstep.dev\/[a-z-]+|lastUpdateTime|deployment.kubernetes.io\/revision)": .*/g,
        '',
      );
    const before = JSON.parse((await box.kubectl(spec)).stdout);
    await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
    const after = JSON.parse((await box.kubectl(spec)).stdout);
    const template = (object: { spec: { template: unknown } }) =>
      strip(JSON.stringify(object.spec.template, null, 1));
    expect(template(after)).toBe(template(before));
    expect(after.metadata.annotations['x/y']).toBe('kept');
  });
});

describe('the label lockstep.dev/inject', () => {
  test('disabled on the namespace or the workload keeps lockstep out; a malformed one is named', async () => {
    const closed = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
    await closed.apply(configMap({ a: '1' }), web());
    expect((await closed.marks()).hash).toBeUndefined();
    const open = await lockstep().sandbox();
    await open.apply(configMap({ a: '1' }), web({ labels: { 'lockstep.dev/inject': 'disabled' } }));
    expectSilence(await open.kubectl(['scale', 'deployment/web', '--replicas=3']));
    expect((await open.marks()).hash).toBeUndefined();
    const odd = await lockstep().sandbox();
    const applied = await odd.apply(configMap({ a: '1' }), web({ labels: { 'lockstep.dev/inject': 'yes' } }));
    expectWarning(
      applied,
      'label lockstep.dev/inject="yes" on deployment/web is neither enabled nor disabled: ignored',
    );
    await inStep(odd, { a: '1' });
  });
});

describe('Dry run', () => {
  test('--dry-run=server writes nothing and warns the same', async () => {
    const box = await startAndEdit();
    const before = await box.marks();
    for (const command of [
      ['scale', 'deployment/web', '--replicas=4'],
      ['annotate', 'deployment/web', 'note=1'],
    ]) {
      expectWarning(await box.kubectl([...command, '--dry-run=server']), WEB_ROLLS);
      expect(await box.marks()).toEqual(before);
    }
  });
});
