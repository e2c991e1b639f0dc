import { copyFile, cp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { runOk } from '../cluster/run.ts';
import type { Buildah } from './buildah.ts';
import { cachedFolder, digestOf } from './cached.ts';

const RECIPE = join(import.meta.dirname, 'base');
/** What Node is linked to, and what scanners and people look for first. */
const PACKAGES = ['base-files', 'libc6', 'libstdc++6', 'libatomic1'];
const RELEASE = 'bookworm';

export const BASE_IMAGE = 'localhost/base:1';

/** Builds the base of lockstep's image: see base/Dockerfile. The Debian packages are fetched once. */
export async function buildBase(buildah: Buildah): Promise<void> {
  const node = await realpath(process.execPath);
  const name = ['node-base', RELEASE, ...PACKAGES, process.version, await digestOf(RECIPE)].join('-');
  const folder = await cachedFolder(name.replaceAll('+', 'p'), async (made) => {
    const packages = `--include=${PACKAGES.join(',')}`;
    const command = ['--quiet', '--variant=extract', packages, RELEASE, join(made, 'libraries.tar')];
    await runOk('mmdebstrap', command, { timeoutMs: 300_000 });
    await cp(RECIPE, made, { recursive: true });
    await copyFile(node, join(made, 'node'));
  });
  await buildah.build({ tag: BASE_IMAGE, context: folder });
}
