import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import {
  annotationsOf,
  copiesIn,
  eventsIn,
  namesIn,
  ownersIn,
  PIN,
  podsIn,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { PINNED } from '../../src/marks/names.ts';
import { expectWarning, rolls } from '../kit/expectations.ts';
import { job, jobUid, untilPods } from '../kit/jobs.ts';
import { describeKinds, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type DirectCalls, directCalls } from './direct-calls.ts';

const OBSERVE = { 'lockstep.dev/mode': 'observe' };
const ENFORCE = { 'lockstep.dev/mode': 'enforce' };
const FLAGS = ['--pin=on', '--pin-grace=1s', '--unblock=on'];
const VALUES = { 'pin.enabled': 'true', 'unblock.enabled': 'true' };

/** The warning that a user reads, word for word. */
const expectObserved = (result: CommandResult, text: string): void =>
  expect(result.stderr).toContain(`Warning: lockstep observes: ${text}`);

const update = (box: Sandbox) => box.kubectl(['annotate', box.subject, `at=${Date.now()}`, '--overwrite']);

/** `web` of this kind, whose pods hold a=1. */
async function start(lockstep: Lockstep, kind: Kind, labels: Readonly<Record<string, string>>) {
  const box = await lockstep.sandbox(labels, kind);
  await box.apply(configMap({ a: '1' }), kind.web());
  await box.untilRolledOut();
  return box;
}
type Lockstep = ReturnType<ReturnType<typeof useLockstep>>;

/** What lockstep's account has written in a namespace so far, as `patch deployments`. The audit log has no Events. */
async function writesIn({ cluster }: Lockstep, { namespace }: Sandbox): Promise<string[]> {
  const events = await auditEvents(cluster);
  const writes = events.filter(
    ({ user, verb, objectRef }) =>
      user.username === 'system:serviceaccount:lockstep:lockstep' &&
      objectRef?.namespace === namespace &&
      !['get', 'list', 'watch'].includes(verb),
  );
  return writes.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`);
}

/** Waits until the API server sends the calls of a namespace to the paths of its new mode. */
async function setMode(
  { cluster: { api } }: Lockstep,
  box: Sandbox,
  mode: 'observe' | 'enforce',
): Promise<void> {
  await box.kubectl(['label', `namespace/${box.namespace}`, `lockstep.dev/mode=${mode}`, '--overwrite']);
  const path = `/apis/apps/v1/namespaces/${box.namespace}/deployments?dryRun=All`;
  const body = { ...web(), metadata: { name: 'probe' } };
  await eventually(
    async () => {
      const answer = await (await api.open(path, { method: 'POST', body })).text();
      return answer.includes('lockstep.dev/config-hash') === (mode === 'enforce');
    },
    { what: `the mode ${mode}` },
  );
}

describe('In a cluster in which lockstep observes', () => {
  const lockstep = useLockstep({
    sent: true,
    flags: ['--mode=observe', ...FLAGS],
    values: { mode: 'observe', ...VALUES },
  });

  describeKinds('nothing is written', (kind) => {
    test('at a create, an edit, a scale-up, an update and a new pod; it is told, and a label lets the namespace in', async () => {
      const box = await start(lockstep(), kind, PIN);
      const revisions = await box.revisions();
      await laterSecond();
      await box.editConfig({ a: '2' });
      const told = `pods of ${box.subject} may hold different versions of configmap/app`;
      // A StatefulSet also says that it has no surge.
      expectObserved(await scale(box, 3), `${told}: all would roll once`);
      expectObserved(await update(box), `${told}: all would roll once`);
      await box.kubectl(['delete', 'pod', (await podsIn(box))[0]?.name ?? '']);
      await eventually(async () => {
        const [event] = await eventsIn(box, 'WouldRoll');
        expect(event).toContain(
          `ods of ${box.subject} may hold different versions of configmap/app: all would roll once. ` +
            'lockstep only observes in this namespace',
        );
      });
      await box.untilRolledOut();
      expect((await box.marks()).hash).toBeUndefined();
      expect(Object.keys(await annotationsOf(box)).filter((name) => name.startsWith('lockstep'))).toEqual([]);
      expect(await box.revisions()).toEqual(revisions);
      expect(await copiesIn(box)).toEqual([]);
      expect(await writesIn(lockstep(), box)).toEqual([]);

      await setMode(lockstep(), box, 'enforce');
      const first = await update(box);
      // The only pod of the DaemonSet is a new one. Whether it is in doubt depends on the second in which it started.
      if (kind.scales) expectWarning(first, `${told}: all roll once`);
      await box.untilRolledOut();
      await box.editConfig({ a: '3' });
      expectWarning(await update(box), rolls(box));
      await box.untilRolledOut();
      expect((await box.marks()).hash).toMatch(/^v1-/);
      expect(await copiesIn(box)).not.toEqual([]);
      expect(await writesIn(lockstep(), box)).not.toEqual([]);
    });
  });

  test.concurrent('a namespace that is let in is kept in step', async () => {
    const box = await start(lockstep(), DEPLOYMENT, ENFORCE);
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box, 3), rolls(box));
  });

  test.concurrent('the metric, the log and the audit log say what was not carried out', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    const program = lockstep().program();
    const labels = { webhook: 'template', decision: 'write', reason: 'created' };
    expect(await program.metric('lockstep_reviews_total', { ...labels, mode: 'observe' })).toBeGreaterThan(0);
    const line = await eventually(
      () =>
        program.lines.find((each) => each.includes(`"${box.namespace}"`) && each.includes('"template"')) ??
        false,
    );
    expect(JSON.parse(line)).toMatchObject({
      msg: 'would have marked deployment/web: it was created',
      mode: 'observe',
      decision: 'write',
    });
    const [call] = (await auditEvents(lockstep().cluster)).filter(
      ({ verb, objectRef }) =>
        verb === 'create' && objectRef?.resource === 'deployments' && objectRef.namespace === box.namespace,
    );
    expect(call?.annotations).toMatchObject({ 'template-observe.lockstep.dev/mode': 'observe' });
  });
});

describe('In a namespace that observes, in a cluster that enforces', () => {
  const lockstep = useLockstep({ sent: true, flags: FLAGS, values: VALUES });
  let direct: DirectCalls | undefined;
  beforeAll(() => {
    direct = directCalls(lockstep().port);
  });
  afterAll(() => direct?.close());

  describeKinds('marks of an earlier time', (kind) => {
    test('tell what has drifted, and neither template nor pods nor copies change', async () => {
      const box = await start(lockstep(), kind, PIN);
      // The sweep has ended the reservation, and is done with this copy.
      await eventually(async () => {
        const owners = ownersIn(await copiesIn(box)).flat();
        expect(owners.map((owner) => owner.split('/')[0])).toEqual([
          kind === DEPLOYMENT ? 'ReplicaSet' : 'ControllerRevision',
        ]);
      });
      await setMode(lockstep(), box, 'observe');
      const [marks, copies, before] = [
        await box.marks(),
        await copiesIn(box),
        await writesIn(lockstep(), box),
      ];
      expect(before).not.toEqual([]);
      await box.editConfig({ a: '2' });
      const result = await scale(box, 3);
      expectObserved(result, `configmap/app changed: all pods of ${box.subject} would roll`);
      await eventually(async () => expect(await eventsIn(box, 'WouldRoll')).toHaveLength(1));
      const [pod] = await podsIn(box);
      await box.kubectl(['delete', 'pod', pod?.name ?? '']);
      await box.untilRolledOut();
      expect(await box.marks()).toEqual(marks);
      expect(await copiesIn(box)).toEqual(copies);
      // The pod that was made in its place reads its source live, as if lockstep were away.
      await eventually(async () => {
        const made = (await podsIn(box)).filter(({ uid }) => uid !== pod?.uid);
        expect(made.some(({ spec }) => namesIn(spec).includes('app'))).toBe(true);
        expect(made.every(({ annotations }) => annotations[PINNED] !== undefined)).toBe(true);
      });
      await eventually(async () => expect((await eventsIn(box, 'NotPinned'))[0]).toContain('only observes'));
      expect(await writesIn(lockstep(), box)).toEqual(before);
    });
  });

  test.concurrent('a stale ReplicaSet is not capped', async () => {
    const box = await start(lockstep(), DEPLOYMENT, {});
    const stale = (await podsIn(box))[0]?.replicaSet ?? '';
    await box.editConfig({ a: '2' });
    await scale(box, 3);
    await box.untilRolledOut();
    await setMode(lockstep(), box, 'observe');
    const result = await box.kubectl(['scale', `replicaset/${stale}`, '--replicas=2']);
    expectObserved(result, `stale replicaset/${stale} would keep its 0 replicas`);
  });

  test.concurrent('the pods of a Job that asks for copies read their sources live', async () => {
    const box = await lockstep().sandbox({ ...OBSERVE, ...PIN });
    await box.apply(configMap({ a: '1' }), job());
    await untilPods(box, 1);
    const uid = await jobUid(box);
    const [pod] = await podsIn(box);
    expect(namesIn(pod?.spec)).toEqual(['app']);
    await eventually(async () => expect(await eventsIn(box, 'NotPinned')).toHaveLength(1));
    // Somebody else calls, and says with the path that the namespace enforces.
    const controller = { apiVersion: 'batch/v1', kind: 'Job', name: 'task', uid, controller: true };
    const made = { metadata: { name: 'task-x', ownerReferences: [controller] }, spec: pod?.spec };
    const answer = await direct?.review('job/deny/pin', {
      namespace: box.namespace,
      operation: 'CREATE',
      object: made,
    });
    expect(answer).toMatchObject({ decision: 'leave', reason: 'observing', allowed: true });
    expect(await copiesIn(box)).toEqual([]);
    expect(await writesIn(lockstep(), box)).toEqual([]);
  });

  test.concurrent.each(SCALED_KINDS)(
    'Invariant 7, checked, not believed: no path makes lockstep write a $kind',
    async (kind) => {
      const box = await start(lockstep(), kind, { ...OBSERVE, ...PIN });
      await laterSecond();
      await box.editConfig({ a: '2' });
      const sizes = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
      for (const path of ['scale', 'scale/pin', 'scale/deny/pin', 'scale/enforce', 'scale/pin/enforce'])
        expect(
          await direct?.review(path, {
            namespace: box.namespace,
            operation: 'UPDATE',
            resource: { group: 'apps', resource: kind.resource },
            object: sizes(9),
            oldObject: sizes(1),
          }),
        ).toMatchObject({ decision: 'write', reason: 'not-recorded', mode: 'observe', allowed: true });
      expect((await box.marks()).hash).toBeUndefined();
      expect(await writesIn(lockstep(), box)).toEqual([]);
    },
  );

  test('Invariant 5, never in the way: nothing is refused, whatever on-error says and while lockstep is away', async () => {
    const box = await lockstep().sandbox({ ...OBSERVE, ...PIN, 'lockstep.dev/on-error': 'deny' });
    await lockstep().program().stop();
    await box.apply(configMap({ a: '1' }), web());
    await scale(box, 3);
    await box.untilRolledOut();
    // It runs again, and may read nothing.
    await lockstep().start([...FLAGS, '--deadline=1ms']);
    const { stderr } = await update(box);
    expect(stderr).toContain('Warning: lockstep observes: deployment/web was not checked');
  });
});
