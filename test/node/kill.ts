import { eventually } from '../cluster/eventually.ts';
import { runOnNode } from './inside.ts';
import { pidOf, replicas } from './replicas.ts';
import type { Nodes } from './use.ts';

/** Kills the process of one of lockstep's pods, as the kernel does where memory runs out; waits for its next one. */
export async function killOneLockstep(nodes: Nodes): Promise<void> {
  const [victim] = await replicas(nodes);
  if (victim === undefined) throw new Error('lockstep does not run');
  await runOnNode(victim.node, 'kill', '-KILL', String(await pidOf(victim)));
  await eventually(
    async () =>
      (await replicas(nodes)).some(({ pod, restarts }) => pod === victim.pod && restarts > victim.restarts),
    { what: `the restart of ${victim.pod}` },
  );
}
