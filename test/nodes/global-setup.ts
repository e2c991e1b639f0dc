import type { TestProject } from 'vitest/node';
import { type ClusterData, dataOf } from '../../lab/control-plane/client.ts';
import type { RealNode } from '../../lab/nodes/node-cluster.ts';
import { missing } from '../../lab/nodes/prerequisites.ts';
import { startNodesWithLockstep } from '../../lab/nodes/with-lockstep.ts';
import { openDoor } from '../kit/door.ts';

/** The socket that gives out nodes to the tests of the project, or the reason why they do not run. */
export type Provided =
  | { readonly kind: 'on demand'; readonly socket: string }
  | { readonly kind: 'missing'; readonly lacks: readonly string[] };

/** The data that the door answers. */
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
 * One control plane with two real nodes for a whole run of the project's tests, with lockstep's image on
 * them. It boots when the first test asks for it. If the machine cannot have nodes, this prints the reason.
 * Then `describeOnNodes` skips the tests, or fails them in CI.
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
