import { LockstepError } from '../../errors.ts';
import { type ManifestFile, readDocuments, type SourceFile } from '../../manifests/documents.ts';
import { type ManifestObject, objectsOf } from '../../manifests/objects.ts';
import { sourceId } from '../../references/sources.ts';
import { valueAt } from '../../workloads/fields.ts';
import { isTemplated } from './chart-lines.ts';
import type { Texts } from './finding.ts';
import { subjectOfManifest } from './subject.ts';

type ReadFile =
  | { readonly source: SourceFile; readonly file: ManifestFile; readonly objects: readonly ManifestObject[] }
  | { readonly source: SourceFile; readonly file: undefined };

const isManifestError = (error: unknown): boolean =>
  error instanceof LockstepError && error.code === 'MANIFEST_INVALID';

/** A chart's template need not be YAML before Helm has filled it in, or a manifest that the API server would take. */
export function readOrTemplate(source: SourceFile): ReadFile {
  try {
    const file = readDocuments(source);
    const objects = file.documents.flatMap(objectsOf);
    for (const object of objects) subjectOfManifest(object, '');
    return { source, file, objects };
  } catch (error) {
    if (!isManifestError(error) || !isTemplated(source.text)) throw error;
    return { source, file: undefined };
  }
}

/** What the objects of the files say of namespaces and sources. */
export function looksAt(objects: readonly ManifestObject[], namespace: string) {
  const sources = new Map<string, Texts>();
  const labels = new Map<string, Texts>();
  const texts = (value: unknown): Texts => (typeof value === 'object' && value !== null ? { ...value } : {});
  for (const { kind, value } of objects.filter(({ apiVersion }) => apiVersion === 'v1')) {
    const name = String(valueAt(value, ['metadata', 'name']));
    const of = String(valueAt(value, ['metadata', 'namespace']) ?? namespace);
    if (kind === 'Namespace') labels.set(name, texts(valueAt(value, ['metadata', 'labels'])));
    for (const each of ['configmap', 'secret'] as const)
      if (kind.toLowerCase() === each)
        sources.set(
          `${of}/${sourceId({ kind: each, name })}`,
          texts(valueAt(value, ['metadata', 'annotations'])),
        );
  }
  return {
    labelsOf: (name: string) => labels.get(name) ?? {},
    annotationsOfSource: (of: string, id: string) => sources.get(`${of}/${id}`),
  };
}
