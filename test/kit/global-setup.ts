import type { TestProject } from 'vitest/node';
import { dataOf } from '../../lab/control-plane/client.ts';
import { startCluster } from '../../lab/control-plane/cluster.ts';
import { openDoor } from './door.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The socket that gives out control planes. */
    clusters: string;
  }
}

/**
 * A control plane for each worker of the project, for the whole run. Tests get that of their worker with
 * `useCluster`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const door = await openDoor(async () => {
    const cluster = await startCluster();
    return { data: dataOf(cluster), failure: cluster.failure, stop: cluster.stop };
  });
  project.provide('clusters', door.socket);
  return door.close;
}
