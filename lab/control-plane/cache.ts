import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Go, hostPlatform } from './go.ts';
import type { ToolModule } from './modules.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where built programs are kept: `LOCKSTEP_CACHE_DIR`, or `lockstep/tools` in the XDG cache folder. */
export const cacheRoot = (env: Environment): string =>
  env['LOCKSTEP_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockstep', 'tools');

/** The folder of one module's programs. A new pin, a new Go or another machine gives another folder. */
export const cacheFolder = (root: string, module: ToolModule, go: Go): string =>
  join(root, `${module.name}-${module.digest}-${go.version}-${go.platform}`);

/**
 * The folder to look in. Without Go, nothing can be built. Then a folder serves as well that any version of
 * Go has built from the same pins for this platform, for example a restored CI cache.
 */
export async function findCacheFolder(
  root: string,
  module: ToolModule,
  go: Go | undefined,
): Promise<string | undefined> {
  if (go !== undefined) return cacheFolder(root, module, go);
  const folders = await readdir(root).catch(() => []);
  const match = folders.find(
    (folder) =>
      folder.startsWith(`${module.name}-${module.digest}-`) && folder.endsWith(`-${hostPlatform()}`),
  );
  return match === undefined ? undefined : join(root, match);
}
