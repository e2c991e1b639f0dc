import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOk } from '../control-plane/run.ts';
import { SYSTEM_PATH } from './prerequisites.ts';

/** What to build, from which folder. */
export interface ImageRequest {
  readonly tag: string;
  /** The folder that contains the Dockerfile, and that it copies from. */
  readonly context: string;
  /** The stage to build. */
  readonly target: string;
}

/** Builds images without a daemon or a registry. */
export interface Buildah {
  build(request: ImageRequest): Promise<void>;
  /** Writes an image in the format of `docker save`. */
  save(tag: string, archive: string): Promise<void>;
}

/** @param folder for a storage that no other build uses */
export async function buildahIn(folder: string): Promise<Buildah> {
  const conf = join(folder, 'storage.conf');
  const paths = { graphroot: join(folder, 'storage'), runroot: join(folder, 'run') };
  const lines = Object.entries({ driver: 'vfs', ...paths }).map(([key, value]) => `${key} = "${value}"`);
  await writeFile(conf, ['[storage]', ...lines, ''].join('\n'));
  const env = { CONTAINERS_STORAGE_CONF: conf, BUILDAH_ISOLATION: 'chroot', PATH: SYSTEM_PATH };
  const buildah = (args: readonly string[]) => runOk('buildah', args, { env, timeoutMs: 300_000 });
  return {
    build: async ({ tag, context, target }) => {
      await buildah(['build', `--tag=${tag}`, `--target=${target}`, context]);
    },
    save: async (tag, archive) => {
      await buildah(['push', tag, `docker-archive:${archive}:${tag}`]);
    },
  };
}
