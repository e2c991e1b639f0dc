import { describe, expect, test } from 'vitest';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
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
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUES = { 'pin.enabled': 'true' };
const lockstep = useLockstep({ flags: ['--pin=on'], values: VALUES });

const label = (box: Sandbox, value: string) =>
  box.kubectl(['label', 'deployment/web', `lockstep.dev/pin${value}`, '--overwrite']);
const pinnedOf = async (box: Sandbox) => (await annotationsOfTemplate(box))[PINNED];

async function startWeb(
  labels: Readonly<Record<string, string>> = {},
  ofNamespace: Readonly<Record<string, string>> = {},
): Promise<Sandbox> {
  const box = await lockstep().sandbox(ofNamespace);
  await box.apply(configMap({ a: '1' }), web({ labels }));
  await box.untilRolledOut();
  return box;
}

const RESOURCES = ['configmaps', 'secrets', 'deployments', 'replicasets', 'namespaces', 'events', 'leases'];

/**
 * The API calls that lockstep makes because of a create, an update and a scale-up. There are no pods and no
 * ceiling, so that only these three calls reach it. The sweep's lists do not count.
 */
async function callsOf(flags: readonly string[], values: Readonly<Record<string, string>>) {
  await lockstep().restart(flags);
  await lockstep().register({ ...values, 'ceiling.enabled': 'false' });
  const box = await lockstep().sandbox();
  const count = async () =>
    Promise.all(
      RESOURCES.flatMap((resource) =>
        ['get', 'create', 'patch', 'delete'].map((verb) =>
          lockstep().program().metric('lockstep_api_requests_total', { resource, verb }),
        ),
      ),
    );
  const before = await count();
  await box.apply(configMap({ a: '1' }), web({ replicas: 0 }));
  await box.editConfig({ a: '2' });
  await box.kubectl(['annotate', 'deployment/web', 'n=1']);
  // A later write of the controller would conflict with the scale, and the scale would be reviewed once more.
  await box.untilRolledOut();
  await scale(box, 1);
  return (await count()).map((after, i) => after - (before[i] ?? 0));
}

describe('pin applies', () => {
  test('to no workload without the label, which causes no more calls than with pin switched off', async () => {
    const off = await callsOf([], {});
    const on = await callsOf(['--pin=on'], VALUES);
    expect(on).toEqual(off);
    expect(on.some((calls) => calls > 0)).toBe(true);
    const box = await startWeb();
    expect(await readBy(box)).toEqual([['app'], ['app']]);
    expect(await lockstep().program().metric('lockstep_reviews_total', { webhook: 'pod' })).toBe(0);
  });

  test('to all workloads of a labelled namespace, except one with the opposite label', async () => {
    const box = await startWeb({}, PIN);
    expect(await pinnedOf(box)).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
    const other = await startWeb({ 'lockstep.dev/pin': 'disabled' }, PIN);
    expect(await pinnedOf(other)).toBeUndefined();
    expect(await readBy(other)).toEqual([['app'], ['app']]);
    // The path of a scale-up's review also says whether the namespace asks for copies.
    await box.editConfig({ a: '2' });
    await scale(box, 3);
    expect(await pinnedOf(box)).toMatch(/^configmap\/app#[0-9a-f]{32}$/);
    expect((await copiesIn(box)).length).toBe(2);
  });

  test('not to a workload with a misspelt label, and a warning says so', async () => {
    const box = await lockstep().sandbox();
    const labels = { 'lockstep.dev/pin': 'yes' };
    expectWarning(
      await box.apply(configMap({ a: '1' }), web({ labels })),
      'label lockstep.dev/pin="yes" on deployment/web is neither enabled nor disabled: ignored',
    );
    expect(await copiesIn(box)).toEqual([]);
  });
});

describe('Invariant 4, quiet: pin', () => {
  test('switched on for a running workload restarts no pod, and begins with the next rollout', async () => {
    const box = await startWeb();
    const sets = await setsAfter(box, async () => {
      expectSilence(await label(box, '=enabled'));
      expectSilence(await scale(box, 3));
    });
    expect(sets).toBe(0);
    expect(await copiesIn(box)).toEqual([]);
    await box.kubectl(['rollout', 'restart', 'deployment/web']);
    await box.untilRolledOut();
    const name = await copyOf(box);
    expect(await readBy(box)).toEqual([[name], [name], [name]]);
  });

  test('switched off for a running workload restarts no pod, and its pods read copies until the next rollout', async () => {
    const box = await startWeb(PIN);
    const name = await copyOf(box);
    const sets = await setsAfter(box, async () => {
      expectSilence(await label(box, '-'));
      expectSilence(await scale(box, 3));
    });
    expect(sets).toBe(0);
    await replacePods(box);
    expect(await readBy(box)).toEqual([[name], [name], [name]]);
    await box.kubectl(['rollout', 'restart', 'deployment/web']);
    await box.untilRolledOut();
    expect(await readBy(box)).toEqual([['app'], ['app'], ['app']]);
    expect(await pinnedOf(box)).toBeUndefined();
  });

  test('switched off, and lockstep removed, restart no pod and block none', async () => {
    const box = await startWeb(PIN);
    const name = await copyOf(box);
    const sets = await setsAfter(box, async () => {
      await lockstep().restart();
      expectSilence(await scale(box, 3));
      await lockstep().register();
      expectSilence(await scale(box, 4));
      await lockstep().unregister();
      expectSilence(await scale(box, 5));
    });
    expect(sets).toBe(0);
    // The running ones keep their copy, because their containers may restart. New ones start on the live
    // configuration.
    expect((await copiesIn(box)).map(({ metadata }) => metadata.name)).toEqual([name]);
    expect((await readBy(box)).filter(([read]) => read === name)).not.toEqual([]);
    await lockstep().restart(['--pin=on']);
    await lockstep().register(VALUES);
  });
});
