import { afterAll, beforeAll } from 'vitest';
import { type InstalledReplicas, type InstallOptions, installReplicas } from './installed-replicas.ts';
import { useCluster } from './use-cluster.ts';

/** Two replicas for the tests of one file: installed before them, removed after them. */
export function useReplicas(options: InstallOptions): () => InstalledReplicas {
  let installed: InstalledReplicas | undefined;
  beforeAll(async () => {
    installed = await installReplicas(useCluster(), options);
  });
  afterAll(() => installed?.close());
  return () => {
    if (!installed) throw new Error('lockstep is not installed yet');
    return installed;
  };
}
