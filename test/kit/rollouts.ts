import { createdObjects } from '../../lab/control-plane/events.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/** Does something and returns how many ReplicaSets it created: one for each rollout. */
export async function setsAfter(box: Sandbox, act: () => Promise<unknown>): Promise<number> {
  const sets = await box.replicaSets();
  await act();
  // After this, the controller has seen the last change of the Deployment.
  await box.untilRolledOut();
  const { length } = createdObjects(sets.events);
  await sets.stop();
  return length;
}

export const scale = (box: Sandbox, replicas: number): Promise<CommandResult> =>
  box.kubectl(['scale', 'deployment/web', `--replicas=${replicas}`]);

let replicas = 3;
/** A scale-up: the call on which lockstep must act, or must do nothing. */
export function scaleUp(box: Sandbox): Promise<CommandResult> {
  replicas += 1;
  return scale(box, replicas);
}
