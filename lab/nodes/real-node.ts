import { join } from 'node:path';
import { orFailure } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import type { ClusterFiles } from '../control-plane/folder.ts';
import type { Programs, RealNodeProgram } from '../control-plane/programs.ts';
import { webhookClientFiles } from '../control-plane/webhook-client.ts';
import type { Keeper } from '../keeper/keeper.ts';
import { type Fabric, readyPid, script } from './fabric.ts';
import { type Namespaces, onNode, runOnNode } from './inside.ts';
import { type NodePlace, PREFIX, routesOf } from './network.ts';
import { type NodeFiles, writeNodeFiles } from './node-files.ts';

/** A machine that has no kubelet yet: namespaces, containerd, and its configuration. */
export interface Machine extends Namespaces {
  readonly place: NodePlace;
  readonly files: NodeFiles;
}

/** What a machine is made from. */
export interface MachineRequest {
  readonly fabric: Fabric;
  readonly place: NodePlace;
  readonly cniPlugins: string;
  /** Images to import into it: archives in the format of `docker save`. */
  readonly images: readonly string[];
  readonly cluster: Pick<ClusterFiles, 'kubeconfig' | 'dir'>;
  /** A prefix for the name of its control group, unique on the host. */
  readonly unique: string;
}

/** Creates a node's namespaces and starts containerd in them, with the images. */
export async function startMachine(keeper: Keeper, request: MachineRequest): Promise<Machine> {
  const { fabric, place, cluster, cniPlugins } = request;
  const cgroup = `${request.unique}-${place.name}`;
  await keeper.cgroups(cgroup);
  const ready = join(keeper.dir, `${place.name}.ready`);
  const routes = routesOf(fabric.network, place.name);
  keeper.start({
    name: place.name,
    command: 'unshare',
    args: [
      ...['--mount', '--pid', '--uts', '--ipc', '--net', '--fork', '--kill-child', '--'],
      ...[script('node.sh'), place.name, `${place.address}/${PREFIX}`, fabric.netns, ready, ...routes],
    ],
  });
  const files = await writeNodeFiles({
    dir: join(keeper.dir, 'nodes', place.name),
    place,
    cgroup,
    cniPlugins,
    proxyKubeconfig: cluster.kubeconfig('kube-proxy'),
    clientCa: webhookClientFiles(cluster.dir).ca,
  });
  const machine = { name: place.name, pid: await readyPid(keeper, ready), place, files };
  keeper.start(onNode(machine, 'containerd', 'containerd', ['--config', files.containerd]));
  await orFailure(keeper, (signal) =>
    eventually(() => runOnNode(machine, 'ctr', 'version'), { what: 'containerd', signal }),
  );
  for (const image of request.images) await importImage(machine, image);
  return machine;
}

/**
 * Imports an image into a node.
 * @param archive in the format of `docker save`
 */
export async function importImage(node: Namespaces, archive: string): Promise<void> {
  await runOnNode(node, 'ctr', '--namespace=k8s.io', 'images', 'import', '--no-unpack', archive);
}

/** Starts the kubelet and kube-proxy on a machine, so that it becomes a node of the cluster. */
export function joinCluster(
  keeper: Keeper,
  programs: Programs<RealNodeProgram>,
  machine: Machine,
  cluster: Pick<ClusterFiles, 'kubeconfig'>,
): void {
  const { place, files } = machine;
  const kubelet = [
    `--config=${files.kubelet}`,
    `--kubeconfig=${cluster.kubeconfig(`kubelet-${place.name}`)}`,
    `--hostname-override=${place.name}`,
    `--node-ip=${place.address}`,
  ];
  keeper.start(onNode(machine, 'kubelet', programs.kubelet, kubelet));
  keeper.start(onNode(machine, 'kube-proxy', programs['kube-proxy'], [`--config=${files.kubeProxy}`]));
}
