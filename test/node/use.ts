import { describe, inject } from 'vitest';
import { type ClusterClient, clusterClient } from '../cluster/client.ts';
import type { RealNode } from './node-cluster.ts';

/** A client of the control plane that the test run has booted, and its nodes (see global-setup.ts). */
export interface Nodes {
  readonly cluster: ClusterClient;
  readonly nodes: readonly RealNode[];
}

/** `describe` for what needs real nodes; skipped, with the reason in its name, where there are none. */
export function describeOnNodes(name: string, body: (use: () => Nodes) => void): void {
  const provided = inject('nodes');
  if (provided.kind === 'booted') {
    const { cluster, nodes } = provided;
    describe(name, () => body(() => ({ cluster: clusterClient(cluster), nodes })));
    return;
  }
  const reason = provided.lacks.join('; ');
  describe.skip(`${name} (skipped: ${reason})`, () => body(() => never(reason)));
}

function never(reason: string): never {
  throw new Error(`no real nodes: ${reason}`);
}
