import { afterEach, describe, expect, test } from 'vitest';
import type { PodEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { NEXT_APP_IMAGE } from '../../lab/nodes/app-images.ts';
import { type AppOptions, app } from '../../lab/nodes/app-manifests.ts';
import { valuesOf } from '../../lab/nodes/asking.ts';
import { BASELINE, CONFIG_HASH } from '../../src/marks/names.ts';
import { laterSecond } from '../kit/later-second.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { drainDuring } from './drain.ts';
import { killOneLockstep } from './kill.ts';
import { onePodSet, type Scene, scene } from './scene.ts';
import { useInstalled } from './use-installed.ts';

/** This many equal answers are no coincidence: from two values on four pods, the chance is one in 2^40. */
const MANY = 40;

const isHeldByKubelet = ({ object }: PodEvent): boolean =>
  JSON.stringify(object.status ?? {}).includes('CreateContainerConfigError');

describeOnNodes('the story, with containers that read their environment once', (use) => {
  useInstalled(() => use().cluster);
  let stage: Scene | undefined;
  const open = async (labels: Readonly<Record<string, string>> = {}, options: AppOptions = {}) => {
    stage = await scene(use().cluster, labels, options);
    return stage;
  };
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  test('without lockstep, the Service gives two answers for good', async () => {
    const { box, asking } = await open({ 'lockstep.dev/inject': 'disabled' });
    await box.editConfig({ a: '2' });
    await box.kubectl(['scale', 'deployment/web', '--replicas=4']);
    await box.untilRolledOut();
    expect(valuesOf(await asking.next(MANY))).toEqual(['1', '2']);
    expect(valuesOf(await asking.next(MANY))).toEqual(['1', '2']);
  });

  test('Invariant 4, quiet: pods that the kubelet held until their ConfigMap appeared are alike', async () => {
    const box = await sandbox(use().cluster, { 'lockstep.dev/inject': 'disabled' });
    await box.apply(app());
    const pods = await box.pods();
    await pods.until((_, now) => now.filter(isHeldByKubelet).length === 2, 60_000, 'two pods that wait');
    await laterSecond();
    await box.apply(configMap({ a: '1' }));
    await box.untilRolledOut();
    const before = pods.current().map(({ uid }) => uid);
    await use().cluster.kubectlOk(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
    let round = 0;
    await eventually(
      async () => {
        round += 1;
        await box.kubectl(['label', '--overwrite', 'deployment/web', `round=${round}`]);
        const written = JSON.stringify(await box.read('deployments', 'web'));
        // A hash on the template would mean that they were taken for pods that differ.
        expect(written).not.toContain(CONFIG_HASH);
        return written.includes(BASELINE);
      },
      { what: 'a record of the pods as they are' },
    );
    expect(pods.current().map(({ uid }) => uid)).toEqual(before);
    await pods.stop();
    await use().cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
  });

  describe('Invariants 1, in step, and 2, no stale start: with lockstep, it settles on one answer', () => {
    const settlesOn = async ({ asking }: Scene, value: string) => {
      expect(await asking.untilSettled(MANY)).toBe(value);
      expect(valuesOf(await asking.next(MANY))).toEqual([value]);
    };

    test('after `kubectl scale`', async () => {
      const it = await open();
      const old = it.replicaSets();
      const made = it.madeFromNowOn();
      await it.box.editConfig({ a: '2' });
      await it.box.kubectl(['scale', 'deployment/web', '--replicas=4']);
      await it.box.untilRolledOut();
      await settlesOn(it, '2');
      await onePodSet(it, 4);
      expect(made().length).toBeGreaterThanOrEqual(4);
      expect(made().filter((name) => old.has(name))).toEqual([]);
    });

    test('after the HPA raised its replicas', async () => {
      const it = await open();
      await it.box.kubectl(['autoscale', 'deployment/web', '--min=2', '--max=6', '--cpu=50%']);
      const old = it.replicaSets();
      const made = it.madeFromNowOn();
      await it.box.editConfig({ a: '2' });
      await it.box.kubectl(['patch', 'hpa', 'web', '--patch', '{"spec":{"minReplicas":4}}']);
      await onePodSet(it, 4);
      await it.box.untilRolledOut();
      await settlesOn(it, '2');
      expect(made().filter((name) => old.has(name))).toEqual([]);
    });

    test('after `rollout undo`', async () => {
      const it = await open();
      await it.box.apply(app({ image: NEXT_APP_IMAGE }));
      await it.box.untilRolledOut();
      await onePodSet(it, 2);
      const made = it.madeFromNowOn();
      await it.box.apply(configMap({ a: '2' }));
      await it.box.kubectl(['rollout', 'undo', 'deployment/web']);
      await it.box.untilRolledOut();
      await settlesOn(it, '2');
      await onePodSet(it, 2);
      expect(made().length).toBeGreaterThanOrEqual(2);
      expect(new Set(made())).toEqual(it.replicaSets());
    });

    test('after a drain between the edit and the scale, and in the next drain', async () => {
      const it = await open({}, { replicas: 4 });
      const { cluster } = use();
      const old = it.replicaSets();
      await it.box.editConfig({ a: '2' });
      await drainDuring(cluster, 'node-b', async () => {
        await it.box.untilRolledOut();
        // The pods that moved have read the new value. There was no call that lockstep could have stamped.
        expect(valuesOf(await it.asking.next(MANY))).toEqual(['1', '2']);
        const made = it.madeFromNowOn();
        await it.box.kubectl(['scale', 'deployment/web', '--replicas=6']);
        await it.box.untilRolledOut();
        await settlesOn(it, '2');
        await onePodSet(it, 6);
        expect(made().filter((name) => old.has(name))).toEqual([]);
      });
      const made = it.madeFromNowOn();
      await drainDuring(cluster, 'node-a', () => it.box.untilRolledOut());
      await settlesOn(it, '2');
      expect(made().length).toBeGreaterThan(0);
      expect(made().filter((name) => old.has(name))).toEqual([]);
    });

    test('after a lockstep pod was killed in the middle', async () => {
      const it = await open();
      const old = it.replicaSets();
      const made = it.madeFromNowOn();
      await it.box.editConfig({ a: '2' });
      await it.box.kubectl(['scale', 'deployment/web', '--replicas=4']);
      await it.pods.until(() => made().length > 0, 20_000, 'the first new pod');
      await killOneLockstep(use());
      await it.box.untilRolledOut();
      await settlesOn(it, '2');
      await onePodSet(it, 4);
      expect(made().filter((name) => old.has(name))).toEqual([]);
    });
  });
});
