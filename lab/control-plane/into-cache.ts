import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Keeper, openKeeper } from '../keeper/keeper.ts';
import type { Progress } from './progress.ts';

/** A program that the cache does not have yet. */
export interface Missing {
  readonly program: string;
  /** The folder of the cache that the program goes into. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a program in a folder that is removed with this process, and then moves the whole file into the cache.
 * So work that is interrupted leaves nothing. If two processes do it at once, the later one replaces the
 * program by the same one.
 * @param doing what the progress says: `building`, `fetching`
 * @param make makes the program in the keeper's folder, and returns its path there
 * @returns the program's path in the cache
 */
export async function intoCache(
  doing: string,
  { program, folder, progress, signal }: Missing,
  make: (keeper: Keeper) => Promise<string>,
): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const keeper = await openKeeper(join(dirname(folder), '.making-'), signal);
  const finish = progress.begin(`${doing} ${program} (once, into ${folder})`);
  try {
    const made = await make(keeper);
    await mkdir(folder, { recursive: true });
    const path = join(folder, program);
    await rename(made, path);
    finish('done');
    return path;
  } catch (error) {
    finish('failed');
    throw error;
  } finally {
    await keeper.stop();
  }
}
