import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { onEach } from '../kit/kinds.ts';
import { scale } from '../kit/rollouts.ts';
import { writeKeyFile } from '../kit/secret-keys.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type Crowd, createCrowd, crowdIn, editAll, fill, ON_EDIT } from './crowd.ts';
import { type FaultProxy, HALF_OPEN } from './fault-proxy.ts';
import { heapMiB, kubeconfigVia, proxyToApiServer } from './faults.ts';
import { type HttpFaults, startHttpFaults } from './http-faults.ts';

const [MERGE, EDITS] = ['application/merge-patch+json', 150];
const [JUMPING, UNSTEADY] = ['jumping', 'unsteady'].map((name) =>
  fileURLToPath(new URL(`${name}-main.ts`, import.meta.url)),
);

const FLAGS = ['--edit=on', '--edit-settle=300ms', '--edit-rest=0s', '--roll-on=create,update,scale'];
const lockstep = useLockstep({
  flags: FLAGS,
  values: { 'edit.enabled': 'true', 'edit.secrets': 'watch', 'secrets.enabled': 'true' },
});

let proxy: FaultProxy;
let proxied: readonly string[];
let faults: HttpFaults;
const crowds: Crowd[] = [];

beforeAll(async () => {
  const through = await proxyToApiServer(lockstep());
  proxy = through.proxy;
  proxied = [...FLAGS, ...through.flags];
  faults = await startHttpFaults(lockstep().cluster);
});
afterAll(async () => {
  await Promise.all(crowds.map((crowd) => crowd.stop()));
  await proxy?.stop();
  await faults?.stop();
});

const followed = (crowd: Crowd): Crowd => {
  crowds.push(crowd);
  return crowd;
};

/** How often each workload of these namespaces has rolled. */
const rollouts = (crowd: Crowd, boxes = crowd.boxes): readonly number[] => {
  const begun = crowd.begun();
  return boxes.map(({ namespace }) => begun.filter((each) => each.namespace === namespace).length);
};

test('what was edited while lockstep was down is caught up. Its start rolls nobody else', async () => {
  const [inStep, edited] = await Promise.all([lockstep().sandbox(), lockstep().sandbox()]);
  const [unknown, drifted] = await Promise.all([lockstep().sandbox(), lockstep().sandbox()]);
  await onEach([inStep, edited, drifted], (box) => fill(lockstep(), box, 3));
  await lockstep().program().stop();
  // Nobody recorded what these run with.
  await fill(lockstep(), unknown, 3);
  const crowd = followed(await crowdIn(lockstep(), [inStep, edited, unknown, drifted], 12));
  await editAll([unknown, drifted, edited], { a: '2' });
  await edited.editConfig({ a: '1' });
  await lockstep().start(FLAGS);
  await crowd.untilThrough(3);
  expect(rollouts(crowd)).toEqual([0, 0, 0, 3]);
  // The next edit concerns all. Had one rolled before, it would have rolled twice.
  await editAll(crowd.boxes, { a: '3' });
  await crowd.untilThrough(15);
  expect(rollouts(crowd)).toEqual([3, 3, 3, 6]);
});

/** A namespace with one workload. */
const single = async (): Promise<Crowd> => followed(await createCrowd(lockstep(), [1]));

const isWatch = (path: string) => path.includes('watch=1');

test('an edit is seen though watches are cut, refused, and begin where the API server has forgotten', async () => {
  await lockstep().restart([...FLAGS, ...(await kubeconfigVia(lockstep(), faults))], JUMPING);
  const crowd = await single();
  const [box] = crowd.boxes as [Sandbox];
  await box.editConfig({ a: '2' });
  await crowd.untilThrough(1);
  faults.answer({ status: 503, answers: isWatch });
  faults.cut();
  await box.editConfig({ a: '3' });
  await eventually(() => faults.seen.some(isWatch), { what: 'a watch that is refused' });
  faults.answer({ status: 429, headers: { 'retry-after': '1' }, answers: isWatch }, 4);
  await eventually(() => faults.seen.filter(isWatch).length > 3, { what: 'watches that are refused' });
  faults.answer({ status: 410, answers: isWatch }, 4);
  await crowd.untilThrough(2);
  // An hour ahead, and back.
  for (const a of ['4', '5']) {
    await box.editConfig({ a });
    lockstep().program().kill('SIGUSR2');
    await crowd.untilThrough(Number(a) - 1);
  }
  expect(rollouts(crowd)).toEqual([4]);
});

test('an edit is seen though it happens while all connections are half open', async () => {
  await lockstep().restart(proxied);
  const crowd = await single();
  const [box] = crowd.boxes as [Sandbox];
  await box.editConfig({ a: '2' });
  await crowd.untilThrough(1);
  await proxy.harm('downstream', HALF_OPEN);
  await box.editConfig({ a: '3' });
  await box.apply(configMap({ a: '1' }, 'other'));
  await proxy.heal();
  // What the connection has lost shows with the next event.
  await box.editConfig({ a: '2' }, 'other');
  await crowd.untilThrough(2);
  expect(rollouts(crowd)).toEqual([2]);
});

/** How often a Secret is edited, and how long it rests after a rollout, at first. */
const [EDIT_MS, REST_MS] = [20, 500];

/** Edits the Secret `db` by the clock, while the number of pods breathes. Resolves with how long that took. */
async function rotate(box: Sandbox, edits: number): Promise<number> {
  const began = performance.now();
  const path = `/api/v1/namespaces/${box.namespace}/secrets/db`;
  for (let edit = 1; edit <= edits; edit += 1) {
    const body = { stringData: { password: `${began} ${edit}` } };
    await lockstep().cluster.api.send(path, { method: 'PATCH', body, contentType: MERGE });
    if (edit % 10 === 0) await scale(box, 1 + ((edit / 10) % 3));
    await sleep(EDIT_MS);
  }
  return performance.now() - began;
}

test('a Secret that rotates all the time rolls its workload seldom, and leaves nothing behind', async () => {
  const keys = await writeKeyFile(lockstep().folder);
  const pace = [`--edit-rest=${REST_MS}ms`, '--edit-settle-most=300ms', '--edit-secrets=watch'];
  const program = await lockstep().restart([...FLAGS, ...keys, ...pace], UNSTEADY);
  const box = await lockstep().sandbox();
  const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom: [{ secretRef: { name: 'db' } }] }] };
  await box.apply(secret({ password: '0' }), web({ annotations: ON_EDIT, podSpec }));
  await box.untilRolledOut();
  const crowd = followed(await crowdIn(lockstep(), [box], 1));
  const began = performance.now();
  await rotate(box, 50);
  const before = await heapMiB(program);
  await rotate(box, EDITS);
  const takenMs = performance.now() - began;
  const after = await heapMiB(program);
  // It rests for 1, 2, 4, ... times as long after each.
  const most = 2 + Math.log2(1 + takenMs / REST_MS);
  expect(crowd.begun().length).toBeGreaterThan(2);
  expect(crowd.begun().length).toBeLessThanOrEqual(most);
  // What keeps 20 KiB of each edit is seen. 1,000 edits left 1.7 MiB in all.
  expect(after - before).toBeLessThan(3);
});
