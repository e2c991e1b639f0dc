import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type Candidates, candidatesOf, LEASE_FLAG } from './candidates.ts';
import { type Crowd, createCrowd, editAll } from './crowd.ts';

/** A node whose clock is ten minutes ahead. */
const AHEAD = fileURLToPath(new URL('minutes-ahead-main.ts', import.meta.url));

/** Each namespace alone could take all places but one. */
const [CONCURRENT, PER_NAMESPACE] = [4, 3];
const SIZES = [18, 8, 8, 8];
/** After so many rollouts the leader is killed. */
const KILLS = [13, 25, 37];
const FLAGS = [
  '--edit=on',
  '--edit-settle=1s',
  '--edit-rest=1s',
  `--edit-concurrent=${CONCURRENT}`,
  `--edit-concurrent-per-namespace=${PER_NAMESPACE}`,
  '--roll-on=create,update,scale',
  LEASE_FLAG,
];

const lockstep = useLockstep({ flags: FLAGS, values: { 'edit.enabled': 'true' } });

let replicas: Candidates;
let crowd: Crowd;
beforeAll(async () => {
  replicas = candidatesOf(lockstep(), FLAGS);
  [crowd] = await Promise.all([createCrowd(lockstep(), SIZES), replicas.start(AHEAD)]);
});
afterAll(async () => {
  await crowd?.stop();
  await replicas?.stop();
});

/** Kills the leader, and starts it again. */
async function killLeader(): Promise<void> {
  const leader = await replicas.leader();
  await replicas.kill(leader);
  await replicas.expire();
  if (leader === lockstep().program()) await lockstep().start(FLAGS);
  else await replicas.start(AHEAD);
  await replicas.leader();
}

const each = (count: number) => Array.from({ length: crowd.size }, () => count);
/** How often each has rolled. */
const timesOf = (begun: readonly { readonly of: string }[]) =>
  [...Map.groupBy(begun, ({ of }) => of).values()].map(({ length }) => length);

test('an edit that concerns many rolls few at once, and each once, although the leader is killed', async () => {
  const { boxes, size, watcher } = crowd;
  await editAll(boxes, { a: '2' });
  for (const count of KILLS) {
    await crowd.untilBegun(count);
    await killLeader();
  }
  await crowd.untilThrough(size);
  const begun = crowd.begun();
  expect(watcher.gaps()).toBe(0);
  expect(timesOf(begun)).toEqual(each(1));
  expect(await crowd.replicaSets()).toEqual(each(2));
  // How many there are at once depends on how soon their pods are ready, up to these.
  const most = Math.max(...begun.map(({ underWay }) => underWay));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(CONCURRENT);
  expect(Math.max(...begun.map(({ inNamespace }) => inNamespace))).toBeLessThanOrEqual(PER_NAMESPACE);
});

test('two leaders for a moment roll nobody twice', async () => {
  const [, ...boxes] = crowd.boxes;
  const from = crowd.begun().length;
  const count = SIZES.slice(1).reduce((sum, size) => sum + size, 0);
  await editAll(boxes, { a: '3' });
  await crowd.untilBegun(from + 4);
  const suspended = await replicas.leader();
  suspended.kill('SIGSTOP');
  await replicas.expire();
  await replicas.leader();
  await crowd.untilBegun(from + 10);
  suspended.kill('SIGCONT');
  await crowd.untilThrough(from + count);
  const begun = crowd.begun().slice(from);
  expect(new Set(timesOf(begun))).toEqual(new Set([1]));
  expect(begun).toHaveLength(count);
});
