import { eventually } from '../cluster/eventually.ts';
import { runOnNode } from './inside.ts';
import { NAMESPACE } from './install.ts';
import type { Nodes } from './use.ts';

/** Kills the process of one of lockstep's pods, as the kernel does where memory runs out; waits until it is started again. */
export async function killOneLockstep({ cluster, nodes }: Nodes): Promise<void> {
  const get = async (path: string): Promise<readonly string[]> => {
    const { stdout } = await cluster.kubectlOk(['get', 'pods', '-n', NAMESPACE, '-o', `jsonpath=${path}`]);
    return stdout.split(' ');
  };
  const container = '{.items[0].status.containerStatuses[0]';
  const [node, id = ''] = [
    (await get('{.items[0].spec.nodeName}'))[0],
    (await get(`${container}.containerID}`))[0],
  ];
  const machine = nodes.find(({ name }) => name === node);
  if (machine === undefined) throw new Error(`no node ${node}`);
  const before = await get(`${container}.restartCount}`);
  const task = id.replace('containerd://', '');
  await runOnNode(machine, 'ctr', '--namespace=k8s.io', 'tasks', 'kill', '--signal=SIGKILL', task);
  await eventually(async () => (await get(`${container}.restartCount}`))[0] !== before[0], {
    what: 'the restart of a killed lockstep',
  });
}
