import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from '../control-plane/cache.ts';
import { stderrProgress } from '../control-plane/progress.ts';
import { openKeeper } from '../keeper/keeper.ts';

/**
 * A folder of the cache, filled once. It is made in one that does not outlive this process and moved into place whole: an
 * interrupted run leaves nothing.
 * @param name tells all that the content depends on
 * @param fill puts the content into a folder; a second one is for what it needs meanwhile
 */
export async function cachedFolder(
  name: string,
  fill: (folder: string, scratch: string) => Promise<void>,
): Promise<string> {
  const root = cacheRoot(process.env);
  const folder = join(root, name);
  if (await exists(folder)) return folder;
  const finish = stderrProgress().begin(`making ${name} (once, into ${root})`);
  await mkdir(root, { recursive: true });
  const keeper = await openKeeper(join(root, '.making-'));
  try {
    const made = join(keeper.dir, 'made');
    await mkdir(made);
    await fill(made, keeper.dir);
    // Of two that made the same, the later has nothing to add.
    await rename(made, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
    finish('done');
    return folder;
  } catch (error) {
    finish('failed');
    throw error;
  } finally {
    await keeper.stop();
  }
}

/** Over the files of a folder (not of those below it), in short. */
export async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const name of (await readdir(folder)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
