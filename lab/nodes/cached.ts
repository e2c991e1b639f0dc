import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from '../control-plane/cache.ts';
import { stderrProgress } from '../control-plane/progress.ts';
import { openKeeper } from '../keeper/keeper.ts';

/**
 * A folder of the cache that is filled once. It is filled in a folder that is removed with this process, and
 * then moved into place as a whole. So an interrupted run leaves nothing.
 * @param name covers everything that the content depends on
 * @param fill puts the content into a folder. The second folder is for temporary files
 */
export async function cachedFolder(
  name: string,
  fill: (folder: string, scratch: string) => Promise<void>,
): Promise<string> {
  const root = cacheRoot(process.env);
  const folder = join(root, name);
  if (await exists(folder)) return folder;
  await mkdir(root, { recursive: true });
  const keeper = await openKeeper(join(root, '.making-'));
  const finish = stderrProgress().begin(`making ${name} (once, into ${root})`);
  try {
    const made = join(keeper.dir, 'made');
    await mkdir(made);
    await fill(made, keeper.dir);
    // If two runs made the same folder, the later one has nothing to add.
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

/** A short digest over the files of a folder, without its subfolders. */
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
