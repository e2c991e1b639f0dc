import type { CommandResult } from '../../lab/control-plane/run.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';

export const ROLLS = 'configmap/app changed: all pods of deployment/web roll';

let replicas = 3;
/** A scale-up: the call on which lockstep has to act, or to be silent. */
export function scaleUp(box: Sandbox): Promise<CommandResult> {
  replicas += 1;
  return scale(box, replicas);
}

/** A namespace with these objects, applied without a warning and rolled out. */
export async function applied(lockstep: Lockstep, ...objects: readonly object[]): Promise<Sandbox> {
  const box = await lockstep.sandbox();
  expectSilence(await box.apply(...objects));
  await box.rolledOut();
  return box;
}

/** The sources on record for `web`. */
export async function sourceIds(box: Sandbox): Promise<string[]> {
  return Object.keys(JSON.parse((await box.marks()).sources ?? '{}'));
}
