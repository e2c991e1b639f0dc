import { basename } from 'node:path';
import { findPrograms } from '../control-plane/binaries.ts';
import { withKeeper } from '../control-plane/cluster.ts';
import type { ClusterNetwork } from '../control-plane/cluster-network.ts';
import { type Cluster, finishBoot, startControlPlane } from '../control-plane/control-plane.ts';
import {
  clusterPrograms,
  type Programs,
  type RealNodeProgram,
  realNodePrograms,
} from '../control-plane/programs.ts';
import { API_SERVER_NAME } from '../control-plane/webhook-client.ts';
import type { Keeper } from '../keeper/keeper.ts';
import { startFabric } from './fabric.ts';
import type { Namespaces } from './inside.ts';
import { cniPlugins, missing } from './prerequisites.ts';
import { joinCluster, startMachine } from './real-node.ts';

/** A node as tests see it: its namespaces, and its address. */
export interface RealNode extends Namespaces {
  readonly address: string;
}

/** A control plane with two real nodes, which belongs to this process. */
export interface NodeCluster extends Cluster {
  readonly nodes: readonly RealNode[];
}

/** What to boot with. */
export interface NodeOptions {
  /** Archives of the images that every node has, including the pause image. */
  readonly images: readonly string[];
  /** When it aborts, the boot ends, or the cluster stops. */
  readonly signal?: AbortSignal;
}

/**
 * Boots a control plane and two nodes that run containers: containerd, kubelet and kube-proxy, each node in
 * namespaces of its own. It does not touch the host's sysctls, its firewall or its other networks. Resolves
 * when both nodes are Ready. All of it ends with this process, however the process ends.
 * @throws Error if the machine lacks something (see `missing`), if a program dies (with its log), or after a
 * minute
 */
export async function startNodeCluster({ images, signal }: NodeOptions): Promise<NodeCluster> {
  const lacks = await missing();
  if (lacks.length > 0) throw new Error(lacks.join('\n'));
  const programs = await findPrograms(clusterPrograms, { signal });
  const nodePrograms = await findPrograms(realNodePrograms, { signal });
  return withKeeper(signal, (keeper) => boot(keeper, programs, nodePrograms, images));
}

async function boot(
  keeper: Keeper,
  programs: Programs,
  nodePrograms: Programs<RealNodeProgram>,
  images: readonly string[],
): Promise<NodeCluster> {
  const plugins = await cniPlugins();
  if (plugins === undefined) throw new Error('no folder of CNI plugins found');
  const fabric = await startFabric(keeper);
  const { host, serviceRange, nodes } = fabric.network;
  const network: ClusterNetwork = { address: host, serviceRange, realNodes: nodes.map(({ name }) => name) };
  const { files, ...cluster } = await startControlPlane(keeper, programs, network);
  const machines = await Promise.all(
    nodes.map((place) =>
      startMachine(keeper, {
        ...{ fabric, place, images, cluster: files },
        cniPlugins: plugins,
        unique: basename(keeper.dir),
      }),
    ),
  );
  // As kubeadm does: the API server may call the kubelets.
  const role = ['--clusterrole=system:kubelet-api-admin', `--user=${API_SERVER_NAME}`];
  await cluster.kubectlOk(['create', 'clusterrolebinding', 'kubelet-api-admin', ...role]);
  for (const machine of machines) joinCluster(keeper, nodePrograms, machine, files);
  await finishBoot(keeper, files, machines.length);
  return {
    ...cluster,
    nodes: machines.map(({ name, pid, place }) => ({ name, pid, address: place.address })),
  };
}
