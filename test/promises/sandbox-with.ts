import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence } from '../kit/expectations.ts';

/** A namespace with these objects, which were applied without a warning and have rolled out. */
export const sandboxWith = (lockstep: Lockstep, ...objects: readonly object[]): Promise<Sandbox> =>
  sandboxOf(DEPLOYMENT, lockstep, ...objects);

/** The same with a workload of this kind. */
export async function sandboxOf(
  kind: Kind,
  lockstep: Lockstep,
  ...objects: readonly object[]
): Promise<Sandbox> {
  const box = await lockstep.sandbox({}, kind);
  expectSilence(await box.apply(...objects));
  await box.untilRolledOut();
  return box;
}

/** The sources on record for `web`. */
export async function sourceIds(box: Sandbox): Promise<string[]> {
  return Object.keys(JSON.parse((await box.marks()).sources ?? '{}'));
}
