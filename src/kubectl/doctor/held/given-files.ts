import { posix } from 'node:path';
import { type SourceRef, sourceId } from '../../../references/sources.ts';
import type { Volume } from '../../../workloads/pod-template.ts';
import type { GivenContainer } from './exec-pod.ts';
import type { Given, GivenTo, Hidden, KeysOf } from './given.ts';

type Mount = NonNullable<GivenContainer['volumeMounts']>[number];

/** A source of a volume, in the order in which the kubelet writes them. */
interface Part {
  readonly source: SourceRef;
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly required: boolean;
}

type Selector = NonNullable<Volume['configMap']>;

function part(kind: SourceRef['kind'], name: string | null | undefined, selector: Selector): Part[] {
  if (!name) return [];
  const items = selector.items?.length
    ? selector.items.map(({ key, path }) => ({ key, path: path || key }))
    : undefined;
  return [{ source: { kind, name }, items, required: selector.optional !== true }];
}

function partsOf({ configMap, secret, projected }: Volume): readonly Part[] {
  return [
    ...(configMap ? part('configmap', configMap.name, configMap) : []),
    ...(secret ? part('secret', secret.secretName, secret) : []),
    ...(projected?.sources ?? []).flatMap((each) => [
      ...(each.configMap ? part('configmap', each.configMap.name, each.configMap) : []),
      ...(each.secret ? part('secret', each.secret.name, each.secret) : []),
    ]),
  ];
}

/** A file of a volume, before it is mounted. */
interface VolumeFile {
  readonly source: SourceRef;
  readonly key: string;
  readonly required: boolean;
  readonly perhapsHiddenBy?: SourceRef;
}

/** The files of a volume by their path. Of one path, the last source counts. */
function filesOf(volume: Volume, keysOf: KeysOf) {
  const files = new Map<string, VolumeFile>();
  const hidden: { readonly path: string; readonly file: VolumeFile; readonly by: string }[] = [];
  const unlisted: SourceRef[] = [];
  for (const { source, items, required } of partsOf(volume)) {
    const all = items ?? keysOf(source)?.files.map((key) => ({ key, path: key }));
    if (!all) {
      unlisted.push(source);
      for (const [path, file] of files) files.set(path, { ...file, perhapsHiddenBy: source });
    }
    for (const { key, path } of all ?? []) {
      const at = posix.normalize(path);
      const before = files.get(at);
      if (before) hidden.push({ path: at, file: before, by: sourceId(source) });
      // A required key that is missing keeps the whole volume from being made. One that is not named is just not there.
      files.set(at, { source, key, required: required && items !== undefined });
    }
  }
  return { files, hidden, unlisted };
}

/** Where a mount shows a file of its volume. Undefined: it does not, or only the pod's environment decides. */
function shownAt({ mountPath, subPath, subPathExpr }: Mount, path: string): string | undefined {
  const part = subPath || subPathExpr || '';
  if (!subPath && part.includes('$')) return undefined;
  if (part === '') return posix.join(mountPath, path);
  const from = posix.normalize(part).replace(/\/+$/, '');
  if (path === from) return posix.normalize(mountPath);
  return path.startsWith(`${from}/`) ? posix.join(mountPath, path.slice(from.length)) : undefined;
}

/** Whether another mount lies over a path of this one. */
const isCovered = (path: string, mount: Mount, mounts: readonly Mount[]): boolean =>
  mounts.some(
    ({ mountPath }) =>
      mountPath.length > mount.mountPath.length &&
      (path === mountPath || path.startsWith(`${mountPath.replace(/\/+$/, '')}/`)),
  );

/** The files of a mount that names one of a source whose keys are not known: its name is that of a key. */
function unlistedFile(
  { subPath, mountPath }: Mount,
  { files, unlisted }: ReturnType<typeof filesOf>,
): Given[] {
  const [source, other] = unlisted;
  if (!source || other || !subPath || subPath.includes('/') || files.has(subPath)) return [];
  const place = { kind: 'file', path: posix.normalize(mountPath), fixed: true } as const;
  return [{ source, key: subPath, place, required: false }];
}

/** The files that a container is given, and those that another source of the same volume hides. */
export function givenFiles(
  { volumeMounts }: GivenContainer,
  volumes: readonly Volume[],
  keysOf: KeysOf,
): GivenTo {
  const mounts = volumeMounts ?? [];
  const given: Given[] = [];
  const hidden: Hidden[] = [];
  const unlisted: SourceRef[] = [];
  for (const mount of mounts) {
    const volume = volumes.find(({ name }) => name === mount.name);
    const all = volume && filesOf(volume, keysOf);
    if (!all) continue;
    const fixed = Boolean(mount.subPath || mount.subPathExpr);
    const placed = (path: string, file: VolumeFile): Given[] => {
      const at = shownAt(mount, path);
      return at === undefined ? [] : [{ ...file, place: { kind: 'file', path: at, fixed } }];
    };
    const files = [...all.files].flatMap(([path, file]) => placed(path, file));
    given.push(
      ...files.filter(({ place }) => place.kind === 'file' && !isCovered(place.path, mount, mounts)),
    );
    given.push(...unlistedFile(mount, all));
    hidden.push(
      ...all.hidden.flatMap(({ path, file, by }) => placed(path, file).map((each) => ({ hidden: each, by }))),
    );
    if (!fixed) unlisted.push(...all.unlisted);
  }
  return { given, hidden, unlisted };
}
