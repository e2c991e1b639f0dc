import type { Container, KeyToPath } from '../workloads/pod-template.ts';
import type { Keys } from './sources.ts';
import { byCodeUnit } from './usage.ts';

/** What the containers of a pod see of one volume. */
export interface MountedPaths {
  /** Whether a mount shows this file: the mount's path is the file's, or leads to it. */
  shows(path: string): boolean;
  /** The first segments of the mounts' paths, each once. */
  readonly tops: readonly string[];
}

/** How the containers of a pod mount one volume: the whole, or paths in it. */
export type Mounted = 'whole' | MountedPaths;

const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.');

/** Segments as a path that no other path's beginning can be confused with: `a/b` does not begin with `a/bc`. */
const toPath = (segments: readonly string[]): string => `${segments.join('/')}/`;

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

/** The last of these sorted texts that is not behind the given one. */
function lastUpTo(sorted: readonly string[], text: string): string | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

function mountedPaths(paths: readonly (readonly string[])[]): MountedPaths {
  const starts: string[] = [];
  // In order, a path is followed by all that it leads to. These add nothing.
  for (const path of paths.map(toPath).sort(byCodeUnit)) {
    const last = starts.at(-1);
    if (last === undefined || !path.startsWith(last)) starts.push(path);
  }
  return {
    shows(path) {
      const file = toPath(segmentsOf(path));
      // A start of the file's path stands before it, and nothing that could stand between is left.
      const start = lastUpTo(starts, file);
      return start !== undefined && file.startsWith(start);
    },
    tops: [...new Set(paths.flatMap(([top]) => top ?? []))],
  };
}

/** Volume name -> how these containers mount it. It lacks volumes that none of them mounts. */
export function mountsOf(containers: readonly Container[]): ReadonlyMap<string, Mounted> {
  const mounts = containers.flatMap((container) => container.volumeMounts ?? []);
  const byVolume = Map.groupBy(mounts, (mount) => mount.name ?? '');
  return new Map(
    [...byVolume].map(([volume, mountsOfVolume]) => {
      const paths = mountsOfVolume.map(pathOf);
      const known = paths.filter((path) => path !== undefined);
      return [volume, known.length < paths.length ? 'whole' : mountedPaths(known)];
    }),
  );
}

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
  // Without items, each key becomes a file of the same name.
  if (!items?.length) return mounted === 'whole' ? 'all' : mounted.tops;
  const used = mounted === 'whole' ? items : items.filter(({ key, path }) => mounted.shows(path ?? key));
  return used.map(({ key }) => key);
}
