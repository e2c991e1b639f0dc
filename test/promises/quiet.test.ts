import { describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, WEB_ROLLS } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ register: false });

describe('Invariant 4, quiet', () => {
  test('an installation over a running Deployment restarts no pod, also on scale-ups and updates', async () => {
    await lockstep().unregister();
    const box = await lockstep().sandbox();
    // ConfigMap and Deployment in one call, so mostly within one second.
    await box.apply(configMap({ a: '1' }), web());
    await box.untilRolledOut();
    await lockstep().register();
    const sets = await setsAfter(box, async () => {
      expectSilence(await scale(box, 3));
      expectSilence(await box.apply(web({ replicas: 3 })));
      expectSilence(await box.kubectl(['annotate', 'deployment/web', 'note=1']));
      expectSilence(await box.kubectl(['replace', '-f', '-'], list(web({ replicas: 3 }))));
      expectSilence(await scale(box, 5));
    });
    expect(sets).toBe(0);
    expect((await box.marks()).hash).toBeUndefined();
    // And an adopted Deployment is kept in step from then on.
    await box.editConfig({ a: '2' });
    const { stderr } = await scale(box, 6);
    expect(stderr).toContain(WEB_ROLLS);
    await box.untilRolledOut();
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });

  test('an installation over a Deployment with a later edit rolls its pods once, because they may differ', async () => {
    await lockstep().unregister();
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    await box.untilRolledOut();
    // The API's times have steps of a second. The edit must be in a later second than the Deployment's
    // creation.
    const created = await box.kubectl([
      'get',
      'deployment',
      'web',
      '-o',
      'jsonpath={.metadata.creationTimestamp}',
    ]);
    await laterSecond(Date.parse(created.stdout));
    await box.editConfig({ a: '2' });
    await lockstep().register();
    const { stderr } = await scale(box, 3);
    expect(stderr).toContain(
      'pods of deployment/web may hold different versions of configmap/app: all roll once',
    );
    await box.untilRolledOut();
    expect(await setsAfter(box, () => scale(box, 4))).toBe(0);
  });

  test('at the first drift of a Deployment without marks, its old ReplicaSet does not grow', async () => {
    await lockstep().unregister();
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ replicas: 4 }));
    await box.untilRolledOut();
    await lockstep().register();
    const pods = await box.pods();
    const old = new Set(pods.current().map((pod) => pod.replicaSet));
    await box.editConfig({ a: '2' });
    await scale(box, 12);
    await box.untilRolledOut();
    expect(createdObjects(pods.events).filter((pod) => old.has(pod.replicaSet))).toEqual([]);
    await pods.stop();
  });

  describe('a recorded Deployment', () => {
    const data = { a: '1', b: '2', unused: 'x' };
    const one = {
      containers: [
        {
          name: 'web',
          image: 'web:1',
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
        },
      ],
    };

    async function recorded(): Promise<Sandbox> {
      await lockstep().register();
      const box = await lockstep().sandbox();
      await box.apply(configMap(data), web({ podSpec: one }));
      await box.untilRolledOut();
      return box;
    }

    test.each<[string, (box: Sandbox) => Promise<unknown>]>([
      ['lockstep restarted', () => lockstep().restart()],
      [
        'its annotations dropped by a replace',
        (box) => box.kubectl(['replace', '-f', '-'], list(web({ podSpec: one }))),
      ],
      ['an unused key edited', (box) => box.editConfig({ unused: 'y' })],
      [
        'keys reordered',
        (box) => box.kubectl(['replace', '-f', '-'], list(configMap({ unused: 'x', b: '2', a: '1' }))),
      ],
      ['the ConfigMap relabelled', (box) => box.kubectl(['label', 'configmap', 'app', 'x=y'])],
      ['a no-op apply', (box) => box.apply(configMap(data), web({ podSpec: one }))],
      [
        'the ConfigMap deleted and made again as it was',
        async (box) => {
          await box.kubectl(['delete', 'configmap', 'app']);
          await box.apply(configMap(data));
        },
      ],
      [
        'the value edited and edited back',
        async (box) => {
          await box.editConfig({ a: '9' });
          await box.editConfig({ a: '1' });
        },
      ],
    ])('%s: no new pod', async (_name, act) => {
      const box = await recorded();
      const before = await box.marks();
      const sets = await setsAfter(box, async () => {
        await act(box);
        expectSilence(await scale(box, 3));
        expectSilence(await box.apply(web({ replicas: 3, podSpec: one })));
      });
      expect(sets).toBe(0);
      expect(await box.marks()).toEqual(before);
    });
  });
});
