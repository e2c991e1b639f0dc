import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOk } from '../cluster/run.ts';
import { BASE_IMAGE, buildBase } from './base-image.ts';
import { withBuildah } from './buildah.ts';
import { type Namespaces, runOnNode } from './inside.ts';
import { importImage } from './real-node.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const LOCKSTEP_REPOSITORY = 'localhost/lockstep';
/** Two names of one image: the second is, to a Deployment, a new version. */
export const [TAG, NEXT_TAG] = ['first', 'second'] as const;

const IMAGE = `${LOCKSTEP_REPOSITORY}:${TAG}`;

/** Builds lockstep's image as `npm run image` does, on a base made here. @returns the archive's path, in `folder` */
export async function lockstepImage(folder: string): Promise<string> {
  const archive = join(folder, 'lockstep.tar');
  await withBuildah(async (buildah) => {
    await buildBase(buildah);
    const args = ['--tag', IMAGE, '--base', BASE_IMAGE, '--output', archive];
    await runOk('npm', ['run', '--silent', 'image', '--', ...args], {
      cwd: ROOT,
      env: buildah.env,
      timeoutMs: 600_000,
    });
  });
  return archive;
}

/** Makes lockstep's image to be had on a node, under both tags. */
export async function importLockstep(node: Namespaces, archive: string): Promise<void> {
  await importImage(node, archive);
  await runOnNode(
    node,
    ...['ctr', '--namespace=k8s.io', 'images', 'tag', IMAGE, `${LOCKSTEP_REPOSITORY}:${NEXT_TAG}`],
  );
}
