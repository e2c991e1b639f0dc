import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from './build.ts';
import { cacheFolder, cacheRoot, findCacheFolder } from './cache.ts';
import { type Checksums, fetchRelease, pinnedChecksums } from './fetch-release.ts';
import { findGo, type Go } from './go.ts';
import { readModule, type ToolModule } from './modules.ts';
import {
  type ModuleName,
  type ProgramName,
  type ProgramSource,
  type Programs,
  sources,
  variableOf,
} from './programs.ts';
import { type Progress, stderrProgress } from './progress.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to look, where to report progress, and when to give up. All have defaults. */
export interface FindOptions {
  readonly env?: Environment;
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
  /** The checksums of the files below `LOCKSTEP_BINARIES`. Default: those that checksums.json pins. */
  readonly checksums?: Checksums;
}

/**
 * Finds each of these programs, and builds those that are missing. It builds no others. In this order:
 * 1. the path that the user sets: `LOCKSTEP_ETCD`, `LOCKSTEP_KUBE_APISERVER`, `LOCKSTEP_KUBECTL`, ... (see
 *    `variableOf`)
 * 2. `KUBEBUILDER_ASSETS`, a folder that has some of them
 * 3. if it is set, `LOCKSTEP_BINARIES`, a folder of releases on a web server (see releases.ts)
 * 4. the cache (`LOCKSTEP_CACHE_DIR`, or the XDG cache folder), filled by an earlier build
 * 5. a build with Go, into the cache
 * @throws Error if a program that the user sets does not exist, if a release cannot be used, or if programs
 * are missing and Go is too
 */
export async function findPrograms<Name extends ProgramName>(
  names: readonly Name[],
  options: FindOptions = {},
): Promise<Programs<Name>> {
  const { env = process.env } = options;
  const found = new Map<Name, string>();
  const missing: Lacking<Name>[] = [];
  for (const name of names) {
    const place = await placeOf(sources[name].module, env);
    const path =
      (await named(name, env)) ??
      (await executable(env['KUBEBUILDER_ASSETS'], name)) ??
      (await fromRelease(name, place.module, options)) ??
      (await executable(place.cached, name));
    if (path === undefined) missing.push({ name, ...place });
    else found.set(name, path);
  }
  refuseWithoutGo(missing);
  for (const { name, module, go } of missing) {
    if (go !== undefined) found.set(name, await built(name, module, go, options));
  }
  return pathsOf(names, found);
}

function pathsOf<Name extends ProgramName>(names: readonly Name[], found: ReadonlyMap<Name, string>) {
  const paths = Object.fromEntries(names.map((name) => [name, found.get(name)]));
  // Each name has its path: a program that could neither be found nor built has thrown.
  return paths as Programs<Name>;
}

function built(
  name: ProgramName,
  module: ToolModule,
  go: Go,
  { env = process.env, progress = stderrProgress(), signal }: FindOptions,
): Promise<string> {
  const folder = cacheFolder(cacheRoot(env), module, go);
  const source: ProgramSource = sources[name];
  return build({ ...source, program: name, module, folder, progress, signal });
}

async function fromRelease(
  program: ProgramName,
  module: ToolModule,
  { env = process.env, progress = stderrProgress(), signal, checksums }: FindOptions,
): Promise<string | undefined> {
  const folder = env['LOCKSTEP_BINARIES'];
  if (!folder) return undefined;
  const pins = checksums ?? (await pinnedChecksums());
  return fetchRelease({ program, module, folder, checksums: pins, env, progress, signal });
}

interface Place {
  readonly module: ToolModule;
  readonly go: Go | undefined;
  readonly cached: string | undefined;
}
type Lacking<Name> = Place & { readonly name: Name };

async function placeOf(name: ModuleName, env: Environment): Promise<Place> {
  const module = await readModule(name);
  const go = await findGo(module.dir, env['PATH']);
  return { module, go, cached: await findCacheFolder(cacheRoot(env), module, go) };
}

async function named(name: ProgramName, env: Environment): Promise<string | undefined> {
  const variable = variableOf(name);
  const path = env[variable];
  if (!path) return undefined;
  if (await isExecutable(path)) return resolve(path);
  throw new Error(`${variable} names ${path}, which is not an executable file`);
}

async function executable(dir: string | undefined, name: ProgramName): Promise<string | undefined> {
  if (!dir) return undefined;
  const path = resolve(join(dir, name));
  return (await isExecutable(path)) ? path : undefined;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

function refuseWithoutGo(missing: readonly Lacking<ProgramName>[]): void {
  const stuck = missing.filter(({ go }) => go === undefined).map(({ name }) => name);
  if (stuck.length === 0) return;
  throw new Error(
    [
      `A cluster needs ${stuck.join(', ')}, and Go is not installed to build them.`,
      'Either install Go (https://go.dev/doc/install) and put it on the PATH,',
      'or name the programs that you have:',
      ...stuck.map((name) => `  ${variableOf(name)}=/path/to/${name}`),
      'or set KUBEBUILDER_ASSETS to a folder that holds them.',
    ].join('\n'),
  );
}
