import type { TestProject } from 'vitest/node';
import { type ClusterData, dataOf } from '../../lab/control-plane/client.ts';
import { startCluster } from '../../lab/control-plane/cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: ClusterData;
  }
}

/** One control plane for a whole run of the project's tests. They get at it with `useCluster`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  // The tests only see that nobody answers any more; why, is said here.
  let over = false;
  cluster.failure.catch((error: Error) => {
    if (!over) console.error(error.message);
  });
  project.provide('cluster', dataOf(cluster));
  return () => {
    over = true;
    return cluster.stop();
  };
}
