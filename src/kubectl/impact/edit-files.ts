import { readDocuments } from '../../manifests/documents.ts';
import { flawOf } from '../../manifests/flaw.ts';
import { ConfigMap, type ManifestObject, objectDecoder, objectsOf, Secret } from '../../manifests/objects.ts';
import type { SourceKind } from '../../references/sources.ts';
import { usageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { readFiles } from '../read-files.ts';
import type { WantedEdit } from './supposition.ts';

const decodeConfigMap = objectDecoder(ConfigMap);
const decodeSecret = objectDecoder(Secret);

function editOf(
  object: ManifestObject,
  kind: SourceKind,
  {
    metadata,
    data,
    binaryData,
  }: Pick<ReturnType<typeof decodeConfigMap>, 'metadata' | 'data' | 'binaryData'>,
  namespace: string,
): WantedEdit {
  const place = object.document.place(object.path);
  if (!metadata.name) throw usageError(`${place}: the ${object.kind} has no metadata.name`);
  const flaw = flawOf(object, (kind === 'secret' ? data : binaryData) ?? {});
  if (flaw !== undefined) throw usageError(flaw);
  const content =
    kind === 'secret'
      ? { data: {}, binaryData: data ?? {} }
      : { data: data ?? {}, binaryData: binaryData ?? {} };
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace || namespace,
    edit: { kind: 'content', content, annotations: metadata.annotations ?? {} },
  };
}

function editsIn(object: ManifestObject, namespace: string): WantedEdit[] {
  if (object.apiVersion !== 'v1') return [];
  if (object.kind === 'ConfigMap') return [editOf(object, 'configmap', decodeConfigMap(object), namespace)];
  if (object.kind !== 'Secret') return [];
  const { metadata, data, stringData } = decodeSecret(object);
  const encoded = Object.keys(stringData ?? {}).map((key) => [key, ''] as const);
  return [
    editOf(object, 'secret', { metadata, data: { ...data, ...Object.fromEntries(encoded) } }, namespace),
  ];
}

/**
 * The edits that applying these files would make: one for each ConfigMap and Secret in them.
 * @param names files, folders, and `-` for the standard input
 * @param namespace of objects that name none
 * @throws LockstepError MANIFEST_INVALID, and USAGE if a source is there twice
 */
export async function editsOfFiles(
  io: Pick<Io, 'readInput'>,
  names: readonly string[],
  namespace: string,
): Promise<readonly WantedEdit[]> {
  const files = await readFiles(io, names);
  const edits = files.flatMap((file) =>
    readDocuments(file).documents.flatMap((document) =>
      objectsOf(document).flatMap((object) => editsIn(object, namespace)),
    ),
  );
  const seen = new Set<string>();
  for (const { kind, name, namespace: of } of edits) {
    const id = `${of}/${kind}/${name}`;
    if (seen.has(id)) throw usageError(`${kind}/${name} in namespace ${of} is given twice`);
    seen.add(id);
  }
  return edits;
}
