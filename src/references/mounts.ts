import type { Container, KeyToPath } from '../workloads/pod-template.ts';
import type { Keys } from './sources.ts';

/** How the containers of a pod mount one volume: the whole, or these paths in it, split into segments. */
export type Mounted = 'whole' | readonly (readonly string[])[];

const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.');

/**
 * The path in the volume that a mount shows. Undefined: all of the volume, or a path that is unknown before
 * the pod exists.
 */
function pathOf(mount: NonNullable<Container['volumeMounts']>[number]): string[] | undefined {
  // A subPathExpr without a `$` means the same as a subPath. With a `$` the pod's environment decides.
  const path = mount.subPath || mount.subPathExpr || '';
  if (!mount.subPath && path.includes('$')) return undefined;
  const segments = segmentsOf(path);
  // The kubelet keeps the volume's files in the folder `..data`.
  if (segments.length === 0 || segments.some((segment) => segment.startsWith('..'))) return undefined;
  return segments;
}

/** Volume name -> how these containers mount it. It lacks volumes that none of them mounts. */
export function mountsOf(containers: readonly Container[]): ReadonlyMap<string, Mounted> {
  const mounts = containers.flatMap((container) => container.volumeMounts ?? []);
  const byVolume = Map.groupBy(mounts, (mount) => mount.name ?? '');
  return new Map(
    [...byVolume].map(([volume, mountsOfVolume]) => {
      const paths = mountsOfVolume.map(pathOf);
      const known = paths.filter((path) => path !== undefined);
      return [volume, known.length < paths.length ? 'whole' : known];
    }),
  );
}

const startsWith = (path: readonly string[], start: readonly string[]) =>
  start.every((segment, i) => path[i] === segment);

/**
 * The keys of a volume's source that appear in a container.
 * @param items the volume's own list, which says which key becomes which file. An empty list means the same
 * as no list
 * @param mounted `whole` by default. If no container of the template mounts the volume, something unknown
 * may: a sidecar that another webhook adds to the pod, say
 */
export function mountedKeys(
  items: readonly KeyToPath[] | null | undefined,
  mounted: Mounted = 'whole',
): Keys {
  if (!items?.length) {
    if (mounted === 'whole') return 'all';
    // Each key becomes a file of the same name.
    return mounted.flatMap(([key]) => (key === undefined ? [] : [key]));
  }
  const files = items.map(({ key, path }) => ({ key, path: segmentsOf(path ?? key) }));
  const used =
    mounted === 'whole' ? files : files.filter((file) => mounted.some((path) => startsWith(file.path, path)));
  return used.map((file) => file.key);
}
