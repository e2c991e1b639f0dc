import { beforeAll, describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import type { Kind } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, forKinds, onEach, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ sent: false, register: false });

describe('Invariant 4, quiet', () => {
  /** `web` from before the installation. */
  async function running(kind: Kind, replicas = 2): Promise<Sandbox> {
    const box = await lockstep().sandbox({}, kind);
    // ConfigMap and workload in one call, so mostly within one second.
    await box.apply(configMap({ a: '1' }), kind.web({ replicas }));
    await box.untilRolledOut();
    return box;
  }

  test('an installation over running workloads restarts no pod, also on scale-ups and updates', async () => {
    await lockstep().unregister();
    const boxes = await forKinds(running);
    await lockstep().register();
    await onEach(boxes, async (box) => {
      const sets = await setsAfter(box, async () => {
        expectSilence(await scale(box, 3));
        expectSilence(await box.apply(box.kind.web({ replicas: 3 })));
        expectSilence(await box.kubectl(['annotate', box.subject, 'note=1']));
        // A status that the controller writes meanwhile would be a conflict.
        await box.untilRolledOut();
        expectSilence(await box.replace(box.kind.web({ replicas: 3 })));
        expectSilence(await scale(box, 5));
      });
      expect([box.subject, sets, (await box.marks()).hash]).toEqual([box.subject, 0, undefined]);
      // And an adopted workload is kept in step from then on.
      await box.editConfig({ a: '2' });
      expectWarning(await scale(box, 6), rolls(box));
      await box.untilRolledOut();
      expect((await box.marks()).hash).toMatch(/^v1-/);
    });
  });

  test('an installation over workloads with a later edit rolls their pods once, because they may differ', async () => {
    await lockstep().unregister();
    const boxes = await forKinds(running);
    // The API's times have steps of a second. The edit must be in a later second than the workload's creation.
    await laterSecond();
    await onEach(boxes, (box) => box.editConfig({ a: '2' }));
    await lockstep().register();
    await onEach(boxes, async (box) => {
      expectWarning(
        await scale(box, 3),
        `pods of ${box.subject} may hold different versions of configmap/app: all roll once`,
      );
      await box.untilRolledOut();
      expect([box.subject, await setsAfter(box, () => scale(box, 4))]).toEqual([box.subject, 0]);
    });
  });

  test('at the first drift of workloads without marks, no pod of the old revision starts', async () => {
    await lockstep().unregister();
    const boxes = await forKinds((kind) => running(kind, 4), SCALED_KINDS);
    await lockstep().register();
    await onEach(boxes, async (box) => {
      const pods = await box.pods();
      const old = new Set(pods.current().map(({ revision }) => revision));
      await box.editConfig({ a: '2' });
      await scale(box, 12);
      await box.untilRolledOut();
      expect(createdObjects(pods.events).filter(({ revision }) => old.has(revision))).toEqual([]);
      await pods.stop();
    });
  });
});

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

async function recorded(kind: Kind): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  await box.apply(configMap(data), kind.web({ podSpec: one }));
  await box.untilRolledOut();
  return box;
}

/** Neither this nor the calls after it make a revision, or change a mark. */
async function expectQuiet(box: Sandbox, act: () => Promise<unknown>): Promise<void> {
  const before = await box.marks();
  const sets = await setsAfter(box, async () => {
    await act();
    expectSilence(await scale(box, 3));
    expectSilence(await box.apply(box.kind.web({ replicas: 3, podSpec: one })));
  });
  expect([box.subject, sets]).toEqual([box.subject, 0]);
  expect(await box.marks()).toEqual(before);
}

describe('Invariant 4, quiet, recorded workloads', () => {
  beforeAll(() => lockstep().register());

  test('lockstep restarted: no new pod', async () => {
    const boxes = await forKinds(recorded);
    await lockstep().restart();
    await onEach(boxes, (box) => expectQuiet(box, async () => undefined));
  });

  describeKinds('a recorded workload', (kind) => {
    test.each<[string, (box: Sandbox) => Promise<unknown>]>([
      ['its annotations dropped by a replace', (box) => box.replace(kind.web({ podSpec: one }))],
      ['an unused key edited', (box) => box.editConfig({ unused: 'y' })],
      ['keys reordered', (box) => box.replace(configMap({ unused: 'x', b: '2', a: '1' }))],
      ['the ConfigMap relabelled', (box) => box.kubectl(['label', 'configmap', 'app', 'x=y'])],
      ['a no-op apply', (box) => box.apply(configMap(data), kind.web({ podSpec: one }))],
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
      const box = await recorded(kind);
      await expectQuiet(box, () => act(box));
    });
  });
});
