import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addPrograms, addSkeleton } from './root-folder.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Images made from programs of this machine, in a store of their own, because a test pulls no image. */
export interface LocalBases {
  /** Like distroless: Node and its libraries; no shell, no npm. */
  readonly base: string;
  /** With a shell and npm. */
  readonly buildBase: string;
  /** npm's cache, filled by `npm ci`. */
  readonly npmCache: string;
  /** The environment of each call of buildah: the path of the store, and that it needs no namespaces. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes the store and the images. */
  [Symbol.dispose](): void;
}

const PATH = '/nodejs/bin:/usr/local/bin:/usr/bin:/bin';

function runtimeRoot(root: string): void {
  addSkeleton(root);
  addPrograms(root, { '/nodejs/bin/node': process.execPath });
}

/**
 * The folder of npm. npm itself says where it is: with another Node first in PATH, its global packages would
 * be elsewhere.
 */
function npmFolder(): string {
  const own = ['exec', '--call', 'echo "$npm_execpath"'];
  const program = execFileSync('npm', own, { encoding: 'utf8', cwd: '/' }).trim();
  return join(program, '../..');
}

function buildRoot(root: string): void {
  runtimeRoot(root);
  addPrograms(root, { '/bin/sh': '/bin/sh', '/usr/bin/env': '/usr/bin/env' });
  // The bundler is a library that Node loads, so its own libraries are needed, too.
  for (const library of globSync('@rolldown/binding-*-gnu/*.node', { cwd: MODULES }))
    addPrograms(root, { '/tmp/bundler': join(MODULES, library) });
  rmSync(join(root, 'tmp/bundler'), { force: true });
  cpSync(npmFolder(), join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'));
}

/** Makes the two bases. This takes seconds, and some 700 MB under `parent` until they are disposed of. */
export function localBases(parent = tmpdir()): LocalBases {
  const folder = mkdtempSync(join(parent, 'lockstep-image-'));
  const store = join(folder, 'storage.conf');
  const settings = { driver: 'vfs', graphroot: join(folder, 'graph'), runroot: join(folder, 'run') };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = "${value}"`);
  writeFileSync(store, ['[storage]', ...lines, ''].join('\n'));
  const env = { CONTAINERS_STORAGE_CONF: store, BUILDAH_ISOLATION: 'chroot' };
  const buildah = (...args: string[]) =>
    execFileSync('buildah', args, { encoding: 'utf8', env: { ...process.env, ...env } }).trim();
  const commit = (name: string, fill: (root: string) => void) => {
    const root = join(folder, name);
    fill(root);
    const container = buildah('from', 'scratch');
    buildah('add', '--quiet', container, root, '/');
    buildah('config', '--env', `PATH=${PATH}`, container);
    buildah('commit', '--quiet', '--rm', container, `localhost/${name}:1`);
    rmSync(root, { recursive: true });
    return `localhost/${name}:1`;
  };
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    const npmCache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
    const [base, buildBase] = [commit('node', runtimeRoot), commit('node-and-npm', buildRoot)];
    return { base, buildBase, npmCache, env, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
