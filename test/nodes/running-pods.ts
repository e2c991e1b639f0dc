import { runOnNode } from '../../lab/nodes/inside.ts';
import { NAMESPACE } from '../../lab/nodes/install.ts';
import type { RealNode } from '../../lab/nodes/node-cluster.ts';
import type { Nodes } from './describe-on-nodes.ts';

/** One running pod. By default a pod of lockstep. */
export interface Replica {
  readonly pod: string;
  readonly node: RealNode;
  /** The container's id. */
  readonly container: string;
  readonly restarts: number;
}

const FIELDS = [
  '.metadata.name',
  '.spec.nodeName',
  '.status.containerStatuses[0].containerID',
  '.status.containerStatuses[0].restartCount',
  // Last, because it is mostly absent.
  '.metadata.deletionTimestamp',
];

/** The pods of a namespace with a started container that are not being deleted. */
export async function replicas(
  { cluster, nodes }: Nodes,
  namespace = NAMESPACE,
): Promise<readonly Replica[]> {
  const path = `{range .items[*]}${FIELDS.map((field) => `{${field}}`).join(' ')}{"\\n"}{end}`;
  const get = ['get', 'pods', '-n', namespace, '--field-selector=status.phase=Running', '-o'];
  const { stdout } = await cluster.kubectlOk([...get, `jsonpath=${path}`]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim().split(' '))
    .filter((fields) => fields.length < FIELDS.length)
    .map(([pod = '', name, id = '', restarts = '0']) => {
      const node = nodes.find((each) => each.name === name);
      if (node === undefined) throw new Error(`${pod} is on ${name}, which is not a node of this cluster`);
      return { pod, node, container: id.replace('containerd://', ''), restarts: Number(restarts) };
    });
}

/** The id of a replica's process, as its node counts. */
export async function pidOf({ node, container }: Replica): Promise<number> {
  const { stdout } = await runOnNode(node, 'ctr', '--namespace=k8s.io', 'tasks', 'list');
  const row = stdout.split('\n').find((line) => line.startsWith(container));
  return Number(row?.split(/\s+/)[1]);
}
