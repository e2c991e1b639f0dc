import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { DAEMON_SET, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, type WebOptions } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOf,
  copiesIn,
  copyOf,
  eventsIn,
  namesIn,
  ownersIn,
  PIN,
  pinnedAnswers,
  podsIn,
  readBy,
  replacePods,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { HELD } from '../../src/marks/names.ts';
import { expectWarning } from '../kit/expectations.ts';
import { scaleUp, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ flags: ['--pin=on', '--pin-grace=2s'], values: { 'pin.enabled': 'true' } });

const DENY = { 'lockstep.dev/on-error': 'deny' };

async function start(kind: Kind, options: WebOptions = {}, labels = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels, kind);
  await box.apply(configMap({ a: '1' }), kind.web({ labels: PIN, ...options }));
  await box.untilRolledOut();
  return box;
}

/** Edits `a`, and rolls the workload to it. */
async function rollTo(box: Sandbox, a: string): Promise<void> {
  await box.editConfig({ a });
  await box.kubectl(['annotate', box.subject, `n=${a}`, '--overwrite']);
  await box.untilRolledOut();
}

const revisionsIn = async (box: Sandbox) =>
  parseList(await box.read('controllerrevisions')).items.map(({ metadata }) => metadata.name);
const isHeld = async (box: Sandbox) => (await annotationsOf(box))[HELD] !== undefined;
const undo = (box: Sandbox, revision: number) =>
  box.kubectl(['rollout', 'undo', box.subject, `--to-revision=${revision}`]);
const uidsOf = async (box: Sandbox) =>
  parseList(await box.read('pods'))
    .items.map(({ metadata }) => metadata.uid)
    .sort();

/** What each pod refers to, by its name. */
const readByName = async (box: Sandbox) =>
  Object.fromEntries((await podsIn(box)).map(({ name, spec }) => [name, namesIn(spec).join()]));

/** Deletes a pod of a StatefulSet, and waits until it runs again. */
async function restart(box: Sandbox, name: string): Promise<void> {
  await box.kubectl(['delete', 'pod', name]);
  await eventually(async () => Object.hasOwn(await readByName(box), name), { what: `the new ${name}` });
}

/** A pod as the workload's controller still makes it while its cache lags. */
async function podOfLate(box: Sandbox): Promise<object> {
  const parse = async (...args: readonly string[]) =>
    JSON.parse((await box.kubectl(['get', ...args, '-o', 'json'])).stdout);
  const [{ items }, { spec }] = [await parse('pods'), await parse(box.subject)];
  const { labels, annotations, ownerReferences } = items[0].metadata;
  const metadata = { name: 'late', labels, annotations, ownerReferences };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: spec.template.spec };
}

/** The pod that the API server would store. */
async function createDry(box: Sandbox, pod: object) {
  const dry = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
  return JSON.parse((await box.kubectl(dry, JSON.stringify(pod))).stdout);
}

const isControlled = async (box: Sandbox) =>
  parseList(await box.read('controllerrevisions')).items.some(({ metadata }) => metadata.ownerReferences);

/** A revision of another program, whose data looks like nothing that lockstep knows. */
const STRANGE = {
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'strange', labels: { app: 'web' } },
  revision: 9,
  data: { spec: { template: { metadata: { annotations: [7] } } } },
};

describe.concurrent.each([STATEFUL_SET, DAEMON_SET])('Pin: pods of one revision of a $kind', (kind) => {
  test('read a copy that their revision owns, and revisionHistoryLimit decides how many stay', async ({
    expect,
  }) => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(STRANGE, configMap({ a: '1' }));
    await box.apply(kind.web({ labels: PIN, spec: { revisionHistoryLimit: 1 } }));
    await box.untilRolledOut();
    const first = await copyOf(box);
    expect(new Set((await readBy(box)).flat())).toEqual(new Set([first]));
    const [revision] = (await revisionsIn(box)).filter((name) => name !== STRANGE.metadata.name);
    // After the grace, only the revision owns it.
    await expect
      .poll(async () => ownersIn(await copiesIn(box)))
      .toEqual([[`ControllerRevision/${revision}`]]);
    const uids = await uidsOf(box);
    await rollTo(box, '2');
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await uidsOf(box)).not.toEqual(uids);
    await rollTo(box, '3');
    await rollTo(box, '4');
    // The controller neither undoes lockstep's changes of pods, nor keeps more than the limit.
    await expect
      .poll(async () => (await copiesIn(box)).map(({ data }) => data?.['a']).sort())
      .toEqual(['3', '4']);
    await box.kubectl(['delete', box.subject]);
    await eventually(async () => (await copiesIn(box)).length === 0, { what: 'the end of the copies' });
  });

  test('without a pod: the sweep gives it the copy', async ({ expect }) => {
    const podSpec = { nodeSelector: { no: 'node' } };
    const box = await start(kind, kind.scales ? { replicas: 0 } : { podSpec });
    const [revision] = await revisionsIn(box);
    await expect
      .poll(async () => ownersIn(await copiesIn(box)))
      .toEqual([[`ControllerRevision/${revision}`]]);
  });

  test('undo brings the configuration back, and holds it: also from hold to hold', async () => {
    const box = await start(kind);
    const held = `${box.subject} is back at its earlier configuration, and held there`;
    await box.apply(kind.web({ labels: PIN, image: 'web:2' }));
    await box.untilRolledOut();
    await rollTo(box, '2');
    expectWarning(await undo(box, 1), held);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['1']);
    // The same configuration, and another image. Nothing but the revisions tells that it is an undo.
    expectWarning(await undo(box, 2), held);
    await box.untilRolledOut();
    const sets = await setsAfter(box, async () => {
      expectWarning(await scaleUp(box), `${box.subject} is held at an earlier configuration`);
    });
    expect([sets, await pinnedAnswers(box), await isHeld(box)]).toEqual([0, ['1'], true]);
    // The mark stays in the metadata. It is the template that is new.
    expectWarning(
      await box.apply(kind.web({ labels: PIN, image: 'web:3' })),
      `${box.subject} is no longer held: today's configuration applies`,
    );
    await box.untilRolledOut();
    expect([await pinnedAnswers(box), await isHeld(box)]).toEqual([['2'], false]);
    expectWarning(await undo(box, 5), held);
    await rollTo(box, '3');
    expect([await pinnedAnswers(box), await isHeld(box)]).toEqual([['3'], false]);
  });

  test('keep their copies while the workload is deleted with --cascade=orphan and made again', async () => {
    const box = await start(kind);
    const [uids, name] = [await uidsOf(box), await copyOf(box)];
    const late = await podOfLate(box);
    await box.kubectl(['delete', box.subject, '--cascade=orphan']);
    await eventually(async () => !(await isControlled(box)), { what: 'the release of the revision' });
    expect(namesIn((await createDry(box, late)).spec)).toEqual([name]);
    await box.apply(kind.web({ labels: PIN }));
    await box.untilRolledOut();
    expect(await uidsOf(box)).toEqual(uids);
    await box.editConfig({ a: '2' });
    await replacePods(box);
    expect(new Set((await readBy(box)).flat())).toEqual(new Set([name]));
  });

  test('whose revision somebody deletes: the next pod makes the copy again, for the new one', async ({
    expect,
  }) => {
    const box = await start(kind);
    const [name, [before]] = [await copyOf(box), await box.revisions()];
    await expect.poll(async () => ownersIn(await copiesIn(box))).toEqual([[expect.stringMatching(/^Contr/)]]);
    await box.kubectl(['delete', 'controllerrevision', '--all']);
    await eventually(async () => (await copiesIn(box)).length === 0, { what: 'the collection of the copy' });
    await replacePods(box);
    expect(new Set((await readBy(box)).flat())).toEqual(new Set([name]));
    const [now] = await box.revisions();
    expect(now).not.toBe(before);
    const owners = (await copiesIn(box)).map(({ metadata }) =>
      metadata.ownerReferences?.map(({ uid }) => uid),
    );
    expect(owners).toEqual([[now]]);
  });
});

describe.concurrent('Pin: pods that a StatefulSet keeps at an earlier revision', () => {
  const below = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };

  test('below the partition read what that revision was made with; without pin they read what is live', async () => {
    const options = { replicas: 2, strategy: below };
    const [box, plain] = await Promise.all([
      start(STATEFUL_SET, options),
      start(STATEFUL_SET, { ...options, labels: {} }),
    ]);
    const first = await copyOf(box);
    for (const each of [box, plain]) await rollTo(each, '2');
    await Promise.all([box, plain].map((each) => restart(each, 'web-0')));
    const second = await copyOf(box);
    expect(await readByName(box)).toEqual({ 'web-0': first, 'web-1': second });
    expect(second).not.toBe(first);
    // Its mark says a=1.
    expect(await readByName(plain)).toMatchObject({ 'web-0': 'app' });
  });

  test('replaced during a rollout under a written-out {type: RollingUpdate} read its configuration', async ({
    expect,
  }) => {
    // No pod is ever available, so the rollout stops after the first pod.
    const spec = { podManagementPolicy: 'Parallel', minReadySeconds: 3_600 };
    const options = { labels: PIN, replicas: 3, strategy: { type: 'RollingUpdate' }, spec };
    const box = await lockstep().sandbox({}, STATEFUL_SET);
    await box.apply(configMap({ a: '1' }), STATEFUL_SET.web(options));
    await eventually(async () => (await podsIn(box)).length === 3, { what: 'three pods' });
    const first = await copyOf(box);
    await box.editConfig({ a: '2' });
    await box.kubectl(['annotate', box.subject, 'n=2']);
    const second = await copyOf(box);
    const rolled = { 'web-0': first, 'web-1': first, 'web-2': second };
    await expect.poll(() => readByName(box)).toEqual(rolled);
    await restart(box, 'web-0');
    expect(await readByName(box)).toEqual(rolled);
  });
});

describe.concurrent('a copy that is lost, if errors deny', () => {
  async function lose(kind: Kind): Promise<Sandbox> {
    const box = await start(kind, {}, DENY);
    await box.editConfig({ a: '2' });
    await box.kubectl(['delete', 'configmap', await copyOf(box)]);
    await box.kubectl(['delete', 'pods', '--all']);
    return box;
  }

  test('Never in the way: pods of a StatefulSet start on live configuration, with an event about it', async ({
    expect,
  }) => {
    const box = await lose(STATEFUL_SET);
    // The status may still be that of the pods before.
    await expect.poll(() => readBy(box)).toEqual([['app'], ['app']]);
    await expect
      .poll(() => eventsIn(box, 'NotPinned'))
      .toEqual([expect.stringContaining('configmap/app no longer holds the same')]);
    expect(await eventsIn(box, 'FailedCreate')).toEqual([]);
  });

  test('pods of a DaemonSet wait, and a new template ends that', async () => {
    const box = await lose(DAEMON_SET);
    await eventually(async () =>
      (await eventsIn(box, 'FailedCreate')).some((why) => why.includes('is gone')),
    );
    expect(await readBy(box)).toEqual([]);
    await box.apply(DAEMON_SET.web({ labels: PIN, image: 'web:2' }));
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
  });
});
