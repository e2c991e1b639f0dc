import type { CommandResult } from '../../lab/control-plane/run.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/** Does something and returns how many revisions it created: one for each rollout to a new template. */
export const setsAfter = async (box: Sandbox, act: () => Promise<unknown>): Promise<number> =>
  (await setsAfterAll([box], act))[0] ?? 0;

/** The same for workloads in several namespaces, in their order. */
export async function setsAfterAll(
  boxes: readonly Sandbox[],
  act: () => Promise<unknown>,
): Promise<readonly number[]> {
  const before = new Set((await Promise.all(boxes.map((box) => box.revisions()))).flat());
  await act();
  return Promise.all(
    boxes.map(async (box) => {
      // After this, the controller has seen the last change of the workload.
      await box.untilRolledOut();
      return (await box.revisions()).filter((uid) => !before.has(uid)).length;
    }),
  );
}

/** Sets the number of replicas. A DaemonSet has none, so an update stands for it. */
export const scale = (box: Sandbox, replicas: number): Promise<CommandResult> =>
  box.kubectl(
    box.kind.scales
      ? ['scale', box.subject, `--replicas=${replicas}`]
      : ['annotate', '--overwrite', box.subject, `size=${replicas}`],
  );

/** How often each workload was scaled up. */
const steps = new WeakMap<Sandbox, number>();

/** A scale-up: the call on which lockstep must act, or must do nothing. */
export function scaleUp(box: Sandbox): Promise<CommandResult> {
  const step = (steps.get(box) ?? 0) + 1;
  steps.set(box, step);
  return scale(box, 3 + step);
}
