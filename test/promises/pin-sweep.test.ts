import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { startProgram } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { copyName } from '../../src/copies/name.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import {
  leftoversIn,
  namespaceOf,
  ownerless,
  ownersOf,
  pinnedWeb,
  SHORT,
  untilGone,
  untilSwept,
} from './unowned-copies.ts';

const WITH_PIN = { 'pin.enabled': 'true' };
// Not registered: these tests mark the templates by hand.
const lockstep = useLockstep({
  register: false,
  values: WITH_PIN,
  flags: ['--pin=on', '--pin-grace=2s'],
});

const sweptCount = (result: string) => lockstep().program().metric('lockstep_copies_swept_total', { result });

/** Name and uid of the ReplicaSet of a namespace, which has at most one. Two empty texts: it has none. */
async function replicaSet(box: Sandbox): Promise<{ name: string; uid: string }> {
  const [set] = parseList(await box.read('replicasets')).items;
  return { name: set?.metadata.name ?? '', uid: set?.metadata.uid ?? '' };
}

describe('a copy that is only reserved', () => {
  test('is deleted after the grace, and not before', async () => {
    const box = await lockstep().sandbox();
    const [before, startedMs] = [await sweptCount('deleted'), performance.now()];
    await box.apply((await leftoversIn(box))('app'));
    await untilGone(box, 'app');
    // The creation time of an object is cut to a second.
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
    // Other tests' leftovers are swept, too.
    await expect.poll(() => sweptCount('deleted')).toBeGreaterThan(before);
    await expect
      .poll(() => lockstep().program().lines.join())
      .toContain(`deleted copy configmap/${copyName('app', SHORT)}: no workload names it`);
  });

  test('stays while it was used recently; an owned copy and an object that is not a copy stay anyway', async () => {
    const box = await lockstep().sandbox();
    await box.apply(pinnedWeb({ replicas: 0 }));
    await eventually(async () => (await replicaSet(box)).uid !== '', { what: 'a ReplicaSet' });
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...(await replicaSet(box)) };
    // Its template does not name this copy, and the copy stays nevertheless: Kubernetes knows when the
    // ReplicaSet has gone.
    const namespace = await namespaceOf(box);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const leftover = await leftoversIn(box);
    await box.apply(
      leftover('owned', { ownerReferences: [owner] }),
      leftover('reserved', { ownerReferences: [owner, namespace] }),
      leftover('used', { annotations: { 'lockstep.dev/used-at': later } }),
      configMap({ a: '1' }, copyName('mine', SHORT)),
    );
    await untilSwept(box);
    expect(await ownersOf(box, 'owned')).toEqual([owner.uid]);
    expect(await ownersOf(box, 'reserved')).toEqual([owner.uid]);
    expect(await ownersOf(box, 'used')).toEqual([namespace.uid]);
    expect(await ownersOf(box, 'mine')).toEqual([]);
    await box.kubectl(['annotate', 'configmap', copyName('used', SHORT), 'lockstep.dev/used-at-']);
    await untilGone(box, 'used');
  });
});

describe('Invariant 7, checked, not believed: a user’s ConfigMap with the label of copies', () => {
  test('stays, is counted once, and the log says once what to do', async () => {
    const box = await lockstep().sandbox();
    // Objects of other tests are foreign, too, and may have the same name.
    await untilSwept(await lockstep().sandbox());
    const before = await sweptCount('foreign');
    const labels = { 'lockstep.dev/copy': 'true' };
    await box.apply({ ...configMap({ a: 'good' }, 'app-backup'), metadata: { name: 'app-backup', labels } });
    // Several rounds, and more than the grace.
    for (let round = 0; round < 2; round += 1) await untilSwept(box);
    expect(await box.read('configmaps', 'app-backup')).toMatchObject({ data: { a: 'good' } });
    expect(await sweptCount('foreign')).toBe(before + 1);
    const told = lockstep()
      .program()
      .lines.filter((line) => line.includes(box.namespace))
      .filter((line) => line.includes('left configmap/app-backup, which is labelled as a copy'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('If nobody needs it, delete it; else remove its label lockstep.dev/copy');
  });
});

describe('a copy that a template names', () => {
  test('gets a ReplicaSet without a pod as its owner, and is deleted with it', async () => {
    const box = await lockstep().sandbox();
    const before = await sweptCount('assigned');
    await box.apply(ownerless('app'), pinnedWeb({ replicas: 0 }));
    await eventually(async () => (await ownersOf(box, 'app'))?.length === 1, { what: 'an owner' });
    expect(await ownersOf(box, 'app')).toEqual([(await replicaSet(box)).uid]);
    await expect.poll(() => sweptCount('assigned')).toBe(before + 1);
    // The API server deletes it, whatever else has edited it.
    await box.kubectl(['delete', 'deployment', 'web']);
    const deleted = await sweptCount('deleted');
    await untilGone(box, 'app');
    expect(await sweptCount('deleted')).toBe(deleted);
  });

  test('is kept for a paused Deployment without a ReplicaSet, then owned by the ReplicaSet, and deleted after it', async () => {
    const box = await lockstep().sandbox();
    await box.apply(ownerless('app'), pinnedWeb({ paused: true, replicas: 0 }));
    const { stdout: uid } = await box.kubectl(['get', 'deployment/web', '-o', 'jsonpath={.metadata.uid}']);
    await expect.poll(() => ownersOf(box, 'app')).toEqual([uid]);
    expect(await replicaSet(box)).toEqual({ name: '', uid: '' });
    await untilSwept(box);
    expect(await ownersOf(box, 'app')).toEqual([uid]);
    await box.kubectl(['rollout', 'resume', 'deployment/web']);
    await eventually(
      async () => {
        const { uid: ofSet } = await replicaSet(box);
        return ofSet !== '' && (await ownersOf(box, 'app'))?.join() === ofSet;
      },
      { what: 'the ReplicaSet to be the one owner' },
    );
    await box.kubectl(['delete', 'deployment', 'web']);
    await untilGone(box, 'app');
  });
});

describe('without the rights', () => {
  const grant = async (values: Readonly<Record<string, string>>) => {
    await lockstep().apply(values);
    await lockstep().unregister();
  };

  test('the error is counted, and logged once while it lasts', async () => {
    await grant({});
    const program = await lockstep().restart(['--pin=on', '--pin-grace=1s']);
    await eventually(async () => (await sweptCount('error')) >= 3, { what: 'three errors' });
    const told = program.lines.filter((line) => line.includes('could not delete unused copies'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('the API server answered 403 to list configmaps: lockstep lacks that right');
    await grant(WITH_PIN);
    await untilSwept(await lockstep().sandbox());
  });
});

test('nothing is listed if pin is switched off', async () => {
  const off = await lockstep().restart();
  const flags = await lockstep().programFlags(await freePort());
  const on = await startProgram([...flags, '--pin=on', '--pin-grace=1s']);
  await untilSwept(await lockstep().sandbox());
  const listed = { verb: 'list', resource: 'configmaps' };
  expect(await on.metric('lockstep_api_requests_total', listed)).toBeGreaterThan(0);
  expect(await off.metric('lockstep_api_requests_total', listed)).toBe(0);
  await on.stop();
});
