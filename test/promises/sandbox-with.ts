import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence } from '../kit/expectations.ts';

/** A namespace with these objects, which were applied without a warning and have rolled out. */
export async function sandboxWith(lockstep: Lockstep, ...objects: readonly object[]): Promise<Sandbox> {
  const box = await lockstep.sandbox();
  expectSilence(await box.apply(...objects));
  await box.untilRolledOut();
  return box;
}

/** The sources on record for `web`. */
export async function sourceIds(box: Sandbox): Promise<string[]> {
  return Object.keys(JSON.parse((await box.marks()).sources ?? '{}'));
}
