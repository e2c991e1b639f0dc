import { eventually } from '../../lab/control-plane/eventually.ts';
import { runOnNode } from '../../lab/nodes/inside.ts';
import type { Nodes } from './describe-on-nodes.ts';
import { pidOf, type Replica, replicas } from './running-pods.ts';

/** Sends a signal to a container's first process, like `kill 1` in the container. */
export async function kill(victim: Replica, signal: 'TERM' | 'KILL'): Promise<void> {
  await runOnNode(victim.node, 'kill', `-${signal}`, String(await pidOf(victim)));
}

/**
 * Kills the process of one of lockstep's pods, as the kernel does if memory runs out. Waits for the pod's
 * next process.
 */
export async function killOneLockstep(nodes: Nodes): Promise<void> {
  const [victim] = await replicas(nodes);
  if (victim === undefined) throw new Error('lockstep does not run');
  await kill(victim, 'KILL');
  await eventually(
    async () =>
      (await replicas(nodes)).some(({ pod, restarts }) => pod === victim.pod && restarts > victim.restarts),
    { what: `the restart of ${victim.pod}` },
  );
}
