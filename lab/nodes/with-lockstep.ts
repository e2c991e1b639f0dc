import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeeper } from '../keeper/keeper.ts';
import { appImages } from './app-images.ts';
import { importLockstep, lockstepImage } from './lockstep-image.ts';
import { type NodeCluster, startNodeCluster } from './node-cluster.ts';

/** Builds lockstep's image and boots nodes that have it. Both end with this process. */
export async function startNodesWithLockstep(): Promise<NodeCluster> {
  // This keeper has no process, only a folder, which contains most of a gigabyte for a moment.
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-image-'));
  try {
    const archive = await lockstepImage(keeper.dir);
    const cluster = await startNodeCluster({ images: await appImages() });
    try {
      for (const node of cluster.nodes) await importLockstep(node, archive);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  } finally {
    await keeper.stop();
  }
}
