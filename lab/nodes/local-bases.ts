import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addPrograms, addSkeleton } from './root-folder.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Images made of what this machine has, in a store of their own, since a test pulls none. */
export interface LocalBases {
  /** Like distroless: Node and its libraries; no shell, no npm. */
  readonly base: string;
  /** With a shell and npm. */
  readonly buildBase: string;
  /** npm's cache, which `npm ci` has filled. */
  readonly npmCache: string;
  /** For each call of buildah: where the store is, and no need of namespaces. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes store and images. */
  [Symbol.dispose](): void;
}

const PATH = '/nodejs/bin:/usr/local/bin:/usr/bin:/bin';

function runtimeRoot(root: string): void {
  addSkeleton(root);
  addPrograms(root, { '/nodejs/bin/node': process.execPath });
}

/** npm as a folder. It says itself where it is: with another Node first in PATH, its global packages would be elsewhere. */
function npmFolder(): string {
  const own = ['exec', '--call', 'echo "$npm_execpath"'];
  const program = execFileSync('npm', own, { encoding: 'utf8', cwd: '/' }).trim();
  return join(program, '../..');
}

function buildRoot(root: string): void {
  runtimeRoot(root);
  addPrograms(root, { '/bin/sh': '/bin/sh', '/usr/bin/env': '/usr/bin/env' });
  // The bundler is a library that Node loads: its own libraries are needed, too.
  for (const library of globSync('@rolldown/binding-*-gnu/*.node', { cwd: MODULES }))
    addPrograms(root, { '/tmp/bundler': join(MODULES, library) });
  rmSync(join(root, 'tmp/bundler'), { force: true });
  cpSync(npmFolder(), join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'));
}

/** Makes the two bases: seconds, and some 700 MB under `parent` until disposed. */
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
