import { describe, expect, test } from 'vitest';
import type { Kind } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOfTemplate,
  copiesIn,
  copyOf,
  PIN,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { PINNED } from '../../src/marks/names.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { describeKinds, forKinds, onEach, PINNED_KINDS, podCount } from '../kit/kinds.ts';
import { scale, setsAfter, setsAfterAll } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUES = { 'pin.enabled': 'true' };
const lockstep = useLockstep({ flags: ['--pin=on'], values: VALUES });

const label = (box: Sandbox, value: string) =>
  box.kubectl(['label', box.subject, `lockstep.dev/pin${value}`, '--overwrite']);
const pinnedOf = async (box: Sandbox) => (await annotationsOfTemplate(box))[PINNED];

async function startWeb(
  kind: Kind,
  labels: Readonly<Record<string, string>> = {},
  ofNamespace: Readonly<Record<string, string>> = {},
): Promise<Sandbox> {
  const box = await lockstep().sandbox(ofNamespace, kind);
  await box.apply(configMap({ a: '1' }), kind.web({ labels }));
  await box.untilRolledOut();
  return box;
}

/** All pods of a workload, if it has replicas of this number, read this. */
const allRead = ({ kind }: Sandbox, name: string, replicas: number) =>
  Array.from({ length: podCount(kind, replicas) }, () => [name]);

const RESOURCES = [
  ...['configmaps', 'secrets', 'namespaces', 'events', 'leases', 'pods'],
  ...PINNED_KINDS.flatMap(({ resource, revisions }) => [resource, revisions]),
];

/** The API calls that lockstep has made so far. The sweep's lists do not count. */
const countCalls = () =>
  Promise.all(
    RESOURCES.flatMap((resource) =>
      ['get', 'create', 'patch', 'delete'].map((verb) =>
        lockstep().program().metric('lockstep_api_requests_total', { resource, verb }),
      ),
    ),
  );

/** No node has this label. */
const NOWHERE = { nodeSelector: { no: 'node' } };

/**
 * The API calls that lockstep makes because of a create, an update and a scale-up of a workload of each kind. There are
 * no pods and no ceiling, so that only these three calls reach it.
 */
async function callsOf(flags: readonly string[], values: Readonly<Record<string, string>>) {
  await lockstep().restart(flags);
  await lockstep().register({ ...values, 'ceiling.enabled': 'false' });
  const calls: Record<string, readonly number[]> = {};
  for (const kind of PINNED_KINDS) {
    const box = await lockstep().sandbox({}, kind);
    const before = await countCalls();
    await box.apply(configMap({ a: '1' }), kind.web({ replicas: 0, podSpec: NOWHERE }));
    // A later write of the controller would conflict with the next call, which would be reviewed once more.
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    await box.kubectl(['annotate', box.subject, 'n=1']);
    await box.untilRolledOut();
    await scale(box, 1);
    calls[kind.kind] = (await countCalls()).map((after, i) => after - (before[i] ?? 0));
  }
  return calls;
}

test('pin causes no more calls for workloads without the label than when it is switched off', async () => {
  const off = await callsOf([], {});
  const on = await callsOf(['--pin=on'], VALUES);
  expect(on).toEqual(off);
  for (const calls of Object.values(on)) expect(calls.some((count) => count > 0)).toBe(true);
  const boxes = await forKinds((kind) => startWeb(kind), PINNED_KINDS);
  await onEach(boxes, async (box) => expect(await readBy(box)).toEqual(allRead(box, 'app', 2)));
  expect(await lockstep().program().metric('lockstep_reviews_total', { webhook: 'pod' })).toBe(0);
});

describeKinds(
  'pin applies',
  (kind) => {
    test('to all workloads of a labelled namespace, except one with the opposite label', async () => {
      const box = await startWeb(kind, {}, PIN);
      expect(await pinnedOf(box)).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
      const other = await startWeb(kind, { 'lockstep.dev/pin': 'disabled' }, PIN);
      expect(await pinnedOf(other)).toBeUndefined();
      expect(await readBy(other)).toEqual(allRead(other, 'app', 2));
      // The path of a scale-up's review also says whether the namespace asks for copies.
      await box.editConfig({ a: '2' });
      await scale(box, 3);
      expect(await pinnedOf(box)).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
      expect((await copiesIn(box)).length).toBe(2);
    });

    test('not to a workload with a misspelt label, and a warning says so', async () => {
      const box = await lockstep().sandbox({}, kind);
      const labels = { 'lockstep.dev/pin': 'yes' };
      expectWarning(
        await box.apply(configMap({ a: '1' }), kind.web({ labels })),
        `label lockstep.dev/pin="yes" on ${box.subject} is neither enabled nor disabled: ignored`,
      );
      expect(await copiesIn(box)).toEqual([]);
    });
  },
  PINNED_KINDS,
);

describeKinds(
  'Invariant 4, quiet: pin',
  (kind) => {
    test('switched on for a running workload restarts no pod, and begins with the next rollout', async () => {
      const box = await startWeb(kind);
      const sets = await setsAfter(box, async () => {
        expectSilence(await label(box, '=enabled'));
        expectSilence(await scale(box, 3));
      });
      expect(sets).toBe(0);
      expect(await copiesIn(box)).toEqual([]);
      await box.kubectl(['rollout', 'restart', box.subject]);
      await box.untilRolledOut();
      expect(await readBy(box)).toEqual(allRead(box, await copyOf(box), 3));
    });

    test('switched off for a running workload restarts no pod, and its pods read copies until the next rollout', async () => {
      const box = await startWeb(kind, PIN);
      const name = await copyOf(box);
      const sets = await setsAfter(box, async () => {
        expectSilence(await label(box, '-'));
        expectSilence(await scale(box, 3));
      });
      expect(sets).toBe(0);
      await replacePods(box);
      expect(await readBy(box)).toEqual(allRead(box, name, 3));
      await box.kubectl(['rollout', 'restart', box.subject]);
      await box.untilRolledOut();
      expect(await readBy(box)).toEqual(allRead(box, 'app', 3));
      expect(await pinnedOf(box)).toBeUndefined();
    });
  },
  PINNED_KINDS,
);

describe('Invariant 4, quiet: pin', () => {
  test('switched off, and lockstep removed, restart no pod and block none', async () => {
    const boxes = await forKinds((kind) => startWeb(kind, PIN), PINNED_KINDS);
    const copies = await onEach(boxes, (box) => copyOf(box));
    const grow = (replicas: number) =>
      onEach(boxes, async (box) => expectSilence(await scale(box, replicas)));
    const sets = await setsAfterAll(boxes, async () => {
      await lockstep().restart();
      await grow(3);
      await lockstep().register();
      await grow(4);
      await lockstep().unregister();
      await grow(5);
    });
    expect(sets).toEqual(boxes.map(() => 0));
    // The running ones keep their copy, because their containers may restart. New ones start on the live
    // configuration.
    for (const [i, box] of boxes.entries()) {
      expect((await copiesIn(box)).map(({ metadata }) => metadata.name)).toEqual([copies[i]]);
      expect((await readBy(box)).filter(([read]) => read === copies[i])).not.toEqual([]);
    }
    await lockstep().restart(['--pin=on']);
    await lockstep().register(VALUES);
  });
});
