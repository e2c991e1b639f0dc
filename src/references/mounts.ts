import type { Container, KeyToPath } from '../workloads/pod-template.ts';
import type { Keys } from './sources.ts';

/** How the containers of a pod mount one volume: all of it, or these paths in it, each as its segments. */
export type Mounted = 'whole' | readonly (readonly string[])[];

const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.');

/**
 * The path in the volume that a mount shows; undefined: all of the volume, or a path that is not known
 * before the pod is.
 */
function pathOf(mount: NonNullable<Container['volumeMounts']>[number]): string[] | undefined {
  // A subPathExpr without a `$` says what a subPath would; else it is the pod's environment that decides.
  const path = mount.subPath || mount.subPathExpr || '';
  if (!mount.subPath && path.includes('$')) return undefined;
  const segments = segmentsOf(path);
  // `..data` is the folder that the kubelet keeps the volume's files in.
  if (segments.length === 0 || segments.some((segment) => segment.startsWith('..'))) return undefined;
  return segments;
}

/** Volume name -> how these containers mount it. A volume that none of them mounts is not in it. */
export function mountsOf(containers: readonly Container[]): ReadonlyMap<string, Mounted> {
  const mounts = containers.flatMap((container) => container.volumeMounts ?? []);
  const byVolume = Map.groupBy(mounts, (mount) => mount.name ?? '');
  return new Map(
    [...byVolume].map(([volume, its]) => {
      const paths = its.map(pathOf);
      const known = paths.filter((path) => path !== undefined);
      return [volume, known.length < paths.length ? 'whole' : known];
    }),
  );
}

const startsWith = (path: readonly string[], start: readonly string[]) =>
  start.every((segment, i) => path[i] === segment);

/**
 * The keys of a volume's source that end up in a container.
 * @param items where they are listed: which key becomes which file; a list without entries means the same
 * as none
 * @param mounted by default whole: what mounts a volume that no container of the template does (a sidecar
 * that is put into the pod, say) is not known
 */
export function mountedKeys(
  items: readonly KeyToPath[] | null | undefined,
  mounted: Mounted = 'whole',
): Keys {
  if (!items?.length) {
    if (mounted === 'whole') return 'all';
    // Each key is a file of its name.
    return mounted.flatMap(([key]) => (key === undefined ? [] : [key]));
  }
  const files = items.map(({ key, path }) => ({ key, path: segmentsOf(path ?? key) }));
  const used =
    mounted === 'whole' ? files : files.filter((file) => mounted.some((path) => startsWith(file.path, path)));
  return used.map((file) => file.key);
}
