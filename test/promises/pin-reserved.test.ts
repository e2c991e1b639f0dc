import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { copiesIn, copyOf, eventsIn, ownersIn, PIN, readBy } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({
  flags: ['--pin=on', '--pin-grace=2s'],
  values: { 'pin.enabled': 'true' },
});

const pinned = { labels: PIN };
/** The API server refuses a pod with a PriorityClass that does not exist, before it calls a webhook. */
const withoutPods = ({ namespace }: Sandbox) => ({ ...pinned, podSpec: { priorityClassName: namespace } });

const owners = async (box: Sandbox): Promise<readonly string[]> =>
  ownersIn(await copiesIn(box))
    .flat()
    .sort();
const setsOf = async (box: Sandbox): Promise<readonly string[]> =>
  parseList(await box.read('replicasets'))
    .items.map(({ metadata }) => `ReplicaSet/${metadata.name}`)
    .sort();
/** All present ReplicaSets own the copy, and nothing else does. */
const untilSettled = (box: Sandbox): Promise<unknown> =>
  eventually(async () => expect(await owners(box)).toEqual(await setsOf(box)), {
    what: 'the end of the reservation',
  });

/**
 * An edit of the source, and then the first pod of a workload: the pod reads what its ReplicaSet was made
 * with.
 */
async function startsAt(box: Sandbox, deployment: string, name: string): Promise<void> {
  await eventually(async () => (await eventsIn(box, 'FailedCreate')).length > 0, {
    what: 'a pod that is refused',
  });
  await box.editConfig({ a: '2' });
  await box.kubectl(['create', 'priorityclass', box.namespace, '--value=1']);
  await box.untilRolledOut(deployment);
  expect(await readBy(box)).toEqual([[name]]);
  expect((await copiesIn(box)).map(({ data }) => data)).toEqual([{ a: '1' }]);
  expect(await eventsIn(box, 'NotPinned')).toEqual([]);
  await box.kubectl(['delete', 'priorityclass', box.namespace]);
}

describe('a copy in the template of a ReplicaSet that has no pod yet', () => {
  test('stays when the workload that it was made for is deleted', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web(pinned));
    await box.untilRolledOut();
    await untilSettled(box);
    const name = await copyOf(box);
    await box.apply({ ...web({ ...withoutPods(box), replicas: 1 }), metadata: { name: 'other', ...pinned } });
    // Kubernetes deletes it with its owner, at once, unless it is reserved.
    await box.kubectl(['delete', 'deployment/web', '--cascade=foreground']);
    await eventually(async () => (await setsOf(box)).length === 1, {
      what: 'the end of the first ReplicaSet',
    });
    await untilSettled(box);
    await startsAt(box, 'other', name);
  });

  test('stays when the history that owned it is cut', async () => {
    const box = await lockstep().sandbox();
    const spec = { revisionHistoryLimit: 0 };
    await box.apply(configMap({ a: '1' }), web({ ...pinned, replicas: 1, spec }));
    await box.untilRolledOut();
    await untilSettled(box);
    const name = await copyOf(box);
    const before = await setsOf(box);
    await box.kubectl(['scale', 'deployment/web', '--replicas=0']);
    await box.untilRolledOut();
    await box.apply(web({ ...withoutPods(box), replicas: 0, spec }));
    await eventually(
      async () => {
        const now = await setsOf(box);
        return now.length === 1 && now[0] !== before[0];
      },
      { what: 'a history that is cut' },
    );
    await untilSettled(box);
    await box.kubectl(['scale', 'deployment/web', '--replicas=1']);
    await startsAt(box, 'web', name);
  });
});

describe('a copy is reserved', () => {
  test('by the namespace during a workload’s create, and by the workload from then on', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ ...pinned, paused: true }));
    expect(await owners(box)).toEqual([`Namespace/${box.namespace}`]);
    await box.editConfig({ a: '2' });
    await box.apply(web({ ...pinned, paused: true, image: 'web:2' }));
    const made = (await copiesIn(box)).filter(({ data }) => data?.['a'] === '2');
    expect(ownersIn(made)).toEqual([['Deployment/web']]);
  });

  test('when an undo brings its template back', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web(pinned));
    await box.untilRolledOut();
    await untilSettled(box);
    await box.editConfig({ a: '2' });
    await box.apply(web({ ...pinned, image: 'web:2' }));
    await box.untilRolledOut();
    await untilSettled(box);
    await box.kubectl(['rollout', 'undo', 'deployment/web']);
    const undone = (await copiesIn(box)).filter(({ data }) => data?.['a'] === '1');
    expect(ownersIn(undone)[0]).toContain('Deployment/web');
    await untilSettled(box);
  });
});
