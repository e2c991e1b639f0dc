import { expect } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { setsAfter } from '../kit/rollouts.ts';
import { sandboxOf } from './sandbox-with.ts';

/** How long workloads of these tests settle. */
export const SETTLE_FLAG = '--edit-settle=300ms';
/** Longer than that: whoever uses an earlier edit has been looked at before. */
const LATER = { 'lockstep.dev/settle': '800ms' };

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** A window that is neither today nor tomorrow. */
export const CLOSED = `${DAYS[(new Date().getUTCDay() + 3) % DAYS.length]} 00:00-00:01 UTC`;

const CLOCK = {
  name: 'clock',
  replicas: 0,
  annotations: LATER,
  podSpec: { containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'clock' } }] }] },
};

/**
 * The kind of a clock: a workload without pods, whose marks are written at once. It settles longer than others, so it is
 * looked at after them. Its revisions are none of those that the tests count.
 */
const clockKindOf = (kind: Kind): Kind => (kind === DEPLOYMENT ? STATEFUL_SET : DEPLOYMENT);

/** Containers that read these: `env` is one entry for each key of a ConfigMap. */
export const reading = (container: object) => ({
  containers: [{ name: 'web', image: 'web:1', ...container }],
});

export const fromKey = (name: string, key: string) => ({
  name: key,
  valueFrom: { configMapKeyRef: { name, key } },
});

/** Adds a clock to a namespace. */
export const addClock = (box: Sandbox) =>
  box.apply(configMap({ time: '0' }, 'clock'), clockKindOf(box.kind).web(CLOCK));

/** A namespace with a clock and these objects, which have rolled out. */
export async function timedSandbox(kind: Kind, lockstep: Lockstep, ...objects: readonly object[]) {
  const box = await sandboxOf(kind, lockstep, ...objects);
  await addClock(box);
  return box;
}

/** Waits until the template of a workload has another hash than this one. */
export const untilMoved = (box: Sandbox, hash: string | undefined, name = 'web') =>
  eventually(async () => expect((await box.marks(name)).hash).not.toBe(hash), {
    what: `the write of ${name} after the edit`,
  });

/** The hash on the template of a workload of any kind. */
export async function hashIn(box: Sandbox, resource: Kind['resource'], name: string) {
  const [, hash] =
    /"lockstep.dev\/config-hash":"([^"]*)"/.exec(JSON.stringify(await box.read(resource, name))) ?? [];
  return hash;
}

let time = 0;

/** Waits until whoever uses an edit that was made before has been looked at. */
export async function untilLookedAt(box: Sandbox): Promise<void> {
  const { resource } = clockKindOf(box.kind);
  const read = () => hashIn(box, resource, 'clock');
  const before = await read();
  time += 1;
  await box.editConfig({ time: String(time) }, 'clock');
  await eventually(async () => expect(await read()).not.toBe(before), { what: 'the look at the clock' });
}

/** Does something after which `web` rolls without a call, and returns how many revisions that has made. */
export async function rolledBy(box: Sandbox, act: () => Promise<unknown>): Promise<number> {
  const { hash } = await box.marks();
  return setsAfter(box, async () => {
    await act();
    await untilMoved(box, hash);
  });
}

/** The hashes on the templates of these workloads, by name. */
export const hashesOf = async (
  box: Sandbox,
  names: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await box.marks(name)).hash])));
