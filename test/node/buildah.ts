import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOk } from '../cluster/run.ts';

/** What to build, from which folder. */
export interface ImageRequest {
  readonly tag: string;
  /** The folder that the Dockerfile copies from, and lies in. */
  readonly context: string;
  /** The stage to build; default: the last. */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
}

/** Builds images without a daemon or a registry, in a storage that is nobody else's. */
export interface Buildah {
  /** What makes other programs' calls of buildah use the same storage. */
  readonly env: Readonly<Record<string, string>>;
  build(request: ImageRequest): Promise<void>;
  /** Writes an image as `docker save` does. */
  save(tag: string, archive: string): Promise<void>;
}

/** A new, empty storage for as long as `work` takes. */
export async function withBuildah<T>(work: (buildah: Buildah) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-images-'));
  try {
    const conf = join(dir, 'storage.conf');
    const paths = { graphroot: join(dir, 'storage'), runroot: join(dir, 'run') };
    const lines = Object.entries({ driver: 'vfs', ...paths }).map(([key, value]) => `${key} = "${value}"`);
    await writeFile(conf, ['[storage]', ...lines, ''].join('\n'));
    return await work(buildahWith({ CONTAINERS_STORAGE_CONF: conf, STORAGE_DRIVER: 'vfs' }));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function buildahWith(env: Readonly<Record<string, string>>): Buildah {
  const buildah = (args: readonly string[]) => runOk('buildah', args, { env, timeoutMs: 300_000 });
  return {
    env,
    build: async ({ tag, context, target, args = {} }) => {
      const options = Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`);
      if (target !== undefined) options.push(`--target=${target}`);
      await buildah(['build', '--isolation=chroot', `--tag=${tag}`, ...options, context]);
    },
    save: async (tag, archive) => {
      await buildah(['push', tag, `docker-archive:${archive}:${tag}`]);
    },
  };
}
