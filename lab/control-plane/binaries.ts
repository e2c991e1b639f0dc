import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from './build.ts';
import { cacheFolder, cacheRoot, findCacheFolder } from './cache.ts';
import { findGo, type Go } from './go.ts';
import { readModule, type ToolModule } from './modules.ts';
import {
  type ModuleName,
  type NodePrograms,
  nodeProgramNames,
  type ProgramName,
  type Programs,
  programNames,
  sources,
  variableOf,
} from './programs.ts';
import { type Progress, stderrProgress } from './progress.ts';

/** Where to look, whom to tell, and when to give up. All have defaults. */
export interface FindOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds each program of a cluster, and builds what is missing. In this order:
 * 1. the one the user names: `LOCKSTEP_ETCD`, `LOCKSTEP_KUBE_APISERVER`, `LOCKSTEP_KUBECTL`, ... (see `variableOf`)
 * 2. `KUBEBUILDER_ASSETS`, a folder that has some of them
 * 3. the cache (`LOCKSTEP_CACHE_DIR`, or the XDG cache folder), filled by an earlier build
 * 4. a build with Go, into the cache
 * @throws Error where a named program is not there, or where programs are missing and so is Go
 */
export async function findPrograms(options: FindOptions = {}): Promise<Programs> {
  const path = await find(programNames, options);
  return {
    etcd: path('etcd'),
    kubectl: path('kubectl'),
    kwok: path('kwok'),
    helm: path('helm'),
    'toxiproxy-server': path('toxiproxy-server'),
    'kube-apiserver': path('kube-apiserver'),
    'kube-controller-manager': path('kube-controller-manager'),
    'kube-scheduler': path('kube-scheduler'),
  };
}

/** Finds or builds, in the same way, what a real node runs beside what every cluster has. */
export async function findNodePrograms(options: FindOptions = {}): Promise<NodePrograms> {
  const path = await find(nodeProgramNames, options);
  return { kubelet: path('kubelet'), 'kube-proxy': path('kube-proxy') };
}

type PathOf = (name: ProgramName) => string;

async function find(names: readonly ProgramName[], options: FindOptions): Promise<PathOf> {
  const { env = process.env, progress = stderrProgress(), signal } = options;
  const found = new Map<ProgramName, string>();
  for (const name of names) {
    const path = (await named(name, env)) ?? (await executable(env['KUBEBUILDER_ASSETS'], name));
    if (path !== undefined) found.set(name, path);
  }
  const missing: Lacking[] = [];
  for (const name of names.filter((each) => !found.has(each))) {
    const place = await placeOf(sources[name].module, env);
    const path = await executable(place.cached, name);
    if (path === undefined) missing.push({ name, ...place });
    else found.set(name, path);
  }
  refuseWithoutGo(missing);
  for (const { name, module, go } of missing) {
    if (go === undefined) continue;
    const folder = cacheFolder(cacheRoot(env), module, go);
    const { package: source } = sources[name];
    found.set(name, await build({ program: name, package: source, module, folder, progress, signal }));
  }
  return (name) => {
    const known = found.get(name);
    if (known === undefined) throw new Error(`${name} was neither found nor built`);
    return known;
  };
}

interface Place {
  readonly module: ToolModule;
  readonly go: Go | undefined;
  readonly cached: string | undefined;
}
type Lacking = Place & { readonly name: ProgramName };

async function placeOf(name: ModuleName, env: Readonly<Record<string, string | undefined>>): Promise<Place> {
  const module = await readModule(name);
  const go = await findGo(module.dir, env['PATH']);
  return { module, go, cached: await findCacheFolder(cacheRoot(env), module, go) };
}

async function named(name: ProgramName, env: FindOptions['env'] = {}): Promise<string | undefined> {
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

function refuseWithoutGo(missing: readonly Lacking[]): void {
  const stuck = missing.filter(({ go }) => go === undefined).map(({ name }) => name);
  if (stuck.length === 0) return;
  throw new Error(
    [
      `A cluster needs ${stuck.join(', ')}, and there is no Go to build them with.`,
      'Either install Go (https://go.dev/doc/install) and put it on the PATH,',
      'or name the programs that you have:',
      ...stuck.map((name) => `  ${variableOf(name)}=/path/to/${name}`),
      'or set KUBEBUILDER_ASSETS to a folder that holds them.',
    ].join('\n'),
  );
}
