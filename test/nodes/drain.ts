import type { ClusterClient } from '../../lab/control-plane/client.ts';

/** Drains a node as its owner does before maintenance, and makes it schedulable again after `meanwhile`. */
export async function drainDuring(
  cluster: ClusterClient,
  node: string,
  meanwhile: () => Promise<void>,
): Promise<void> {
  try {
    const drain = ['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=80s'];
    await cluster.kubectlOk(drain, { timeoutMs: 90_000 });
    await meanwhile();
  } finally {
    await cluster.kubectlOk(['uncordon', node]);
  }
}
