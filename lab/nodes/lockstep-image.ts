import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stderrProgress } from '../control-plane/progress.ts';
import { runOk } from '../control-plane/run.ts';
import { type Namespaces, runOnNode } from './inside.ts';
import { localBases } from './local-bases.ts';
import { importImage } from './real-node.ts';

export const LOCKSTEP_REPOSITORY = 'localhost/lockstep';
/** Two names of one image. To a Deployment, the second one is a new version. */
export const [TAG, NEXT_TAG] = ['first', 'second'] as const;

const IMAGE = `${LOCKSTEP_REPOSITORY}:${TAG}`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds lockstep's image with `npm run image`, on bases made from programs of this machine.
 * @param folder for the archive, and for temporary files
 * @returns the archive's path
 */
export async function lockstepImage(folder: string): Promise<string> {
  const archive = join(folder, 'lockstep.tar');
  const finish = stderrProgress().begin("building lockstep's image");
  try {
    using bases = localBases(folder);
    const { base, buildBase, npmCache, env } = bases;
    const from = ['--base', base, '--build-base', buildBase, '--npm-cache', npmCache, '--tool', 'buildah'];
    const to = ['--tag', IMAGE, '--output', `docker-archive:${archive}`];
    await runOk('npm', ['run', '--silent', 'image', '--', ...from, ...to], {
      cwd: ROOT,
      env,
      timeoutMs: 600_000,
    });
    finish('done');
    return archive;
  } catch (error) {
    finish('failed');
    throw error;
  }
}

/** Imports lockstep's image into a node, under both tags. */
export async function importLockstep(node: Namespaces, archive: string): Promise<void> {
  await importImage(node, archive);
  await runOnNode(
    node,
    ...['ctr', '--namespace=k8s.io', 'images', 'tag', IMAGE, `${LOCKSTEP_REPOSITORY}:${NEXT_TAG}`],
  );
}
