import type { TestProject } from 'vitest/node';
import { type ClusterData, dataOf } from '../../lab/control-plane/client.ts';
import type { RealNode } from '../../lab/nodes/node-cluster.ts';
import { missing } from '../../lab/nodes/prerequisites.ts';
import { startNodesWithLockstep } from '../../lab/nodes/with-lockstep.ts';
import { openDoor } from '../kit/door.ts';

/** Where the tests of the project get their nodes; or why they do not run. */
export type Provided =
  | { readonly kind: 'on demand'; readonly socket: string }
  | { readonly kind: 'missing'; readonly lacks: readonly string[] };

/** What is answered at the door. */
export interface BootedNodes {
  readonly cluster: ClusterData;
  readonly nodes: readonly RealNode[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    nodes: Provided;
  }
}

/**
 * One control plane with two real nodes for a whole run of the project's tests, lockstep's image on them. Booted when the
 * first test asks for it. Where the machine cannot have nodes, it says so here, and `describeOnNodes` skips the tests, or
 * fails them in CI.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const lacks = await missing();
  if (lacks.length > 0) {
    console.error(`\nTHE TESTS ON REAL NODES DO NOT RUN:\n${lacks.map((lack) => `  ${lack}\n`).join('')}`);
    project.provide('nodes', { kind: 'missing', lacks });
    return async () => undefined;
  }
  const door = await openDoor(async () => {
    const cluster = await startNodesWithLockstep();
    const data: BootedNodes = { cluster: dataOf(cluster), nodes: cluster.nodes };
    return { data, failure: cluster.failure, stop: cluster.stop };
  });
  project.provide('nodes', { kind: 'on demand', socket: door.socket });
  return door.close;
}
