import { expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { LOCKSTEP_USER } from '../../lab/lockstep/policies.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { addedRights } from '../kit/chart/granted.ts';
import { nameOf } from '../kit/chart/rights.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({
  flags: ['--unblock=on', '--unblock-patience=1s', '--lease=lockstep/lockstep'],
  values: { 'unblock.enabled': 'true' },
});

/** No node has this label, so the pod never gets ready. */
const NOWHERE = { nodeSelector: { none: 'such' } };
const UNBLOCK = { 'lockstep.dev/unblock': 'true' };

/** `web` with two good pods, a bad template whose first pod does not get ready, and then a good one or the first. */
async function mended(labels: Record<string, string>, image = 'web:good'): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, STATEFUL_SET);
  await box.apply(configMap({ a: '1' }), STATEFUL_SET.web({ labels }));
  await box.untilRolledOut();
  await box.apply(STATEFUL_SET.web({ labels, image: 'web:bad', podSpec: NOWHERE }));
  await eventually(async () => (await podOf(box, 'web-1')).includes('web:bad'), { what: 'the bad pod' });
  await box.apply(STATEFUL_SET.web({ labels, image }));
  return box;
}

const podOf = async (box: Sandbox, name: string): Promise<string> => {
  const { stdout } = await box.kubectl([
    'get',
    'pods',
    '-o',
    'jsonpath={range .items[*]}{.metadata.name} {.spec.containers[0].image}{"\\n"}{end}',
  ]);
  return stdout.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';
};

test('a broken pod of an outdated revision is deleted, and its StatefulSet rolls on', async () => {
  const [asked, undone, silent] = await Promise.all([mended(UNBLOCK), mended(UNBLOCK, 'web:1'), mended({})]);
  await asked.untilRolledOut();
  // The status then names the first revision as the current one and as the present one.
  await eventually(async () => (await podOf(undone, 'web-1')).includes('web:1'), {
    what: 'the end of the bad pod',
  });
  expect(await podOf(asked, 'web-0')).toContain('web:good');
  await eventually(async () => {
    const { stdout } = await asked.kubectl(['get', 'events', '-o', 'jsonpath={.items[*].message}']);
    expect(stdout).toMatch(
      /Deleted pod web-1 of revision web-\w+, which was not ready: the rollout to revision web-/,
    );
  });
  const deleted = () => lockstep().program().metric('lockstep_unblocked_pods_total', { result: 'deleted' });
  expect(await deleted()).toBe(2);
  // Nobody has asked for it here.
  expect(await podOf(silent, 'web-1')).toContain('web:bad');
});

test('every right that it adds is one that lockstep uses', async () => {
  const outside = { webhook: { url: 'https://127.0.0.1:9443' } };
  const added = await addedRights(outside, { unblock: { enabled: true } });
  expect(added.map(nameOf).sort()).toEqual([
    'delete pods',
    'get leases/lockstep',
    'list statefulsets',
    'patch leases/lockstep',
  ]);
  for (const { verb, resource } of added)
    expect(
      await lockstep().program().metric('lockstep_api_requests_total', { verb, resource }),
    ).toBeGreaterThan(0);
});

test('Invariant 7, checked: the token deletes no pod but a broken one of a StatefulSet', async () => {
  const box = await lockstep().sandbox({}, STATEFUL_SET);
  await box.apply(configMap({ a: '1' }), STATEFUL_SET.web({ replicas: 1 }));
  await box.untilRolledOut();
  const bare = {
    metadata: { name: 'bare' },
    spec: { containers: [{ name: 'c', image: 'c:1' }], ...NOWHERE },
  };
  await box.apply({ apiVersion: 'v1', kind: 'Pod', ...bare });
  const remove = (pod: string) =>
    lockstep().cluster.kubectl([
      ...['-n', box.namespace, 'delete', 'pod', pod, '--wait=false', '--dry-run=server'],
      `--as=${LOCKSTEP_USER}`,
    ]);
  const refusal = 'deletes only pods of StatefulSets that are not ready';
  await eventually(async () => expect((await remove('bare')).stderr).toContain(refusal));
  expect((await remove('web-0')).stderr).toContain(refusal);
});
