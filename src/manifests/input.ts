import type { SourceContent } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { ConfigMap, type ManifestObject, Namespace, nameOf, objectDecoder } from './objects.ts';

/** What all files together say about the cluster. */
export interface Input {
  /** What a ConfigMap holds; undefined: it is not in the input. */
  readonly content: (namespace: string, name: string) => SourceContent | undefined;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
}

const decodeConfigMap = objectDecoder(ConfigMap);
const decodeNamespace = objectDecoder(Namespace);

interface Found {
  readonly object: ManifestObject;
  readonly content: SourceContent;
}

/**
 * ConfigMaps and Namespaces among these objects.
 * @param fallback the namespace of ConfigMaps that name none
 * @throws LockstepError MANIFEST_INVALID where one does not fit its schema, or a ConfigMap is there twice
 */
export function inputOf(objects: readonly ManifestObject[], fallback: string): Input {
  const configMaps = new Map<string, Found>();
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const object of objects) {
    if (object.apiVersion !== 'v1') continue;
    if (object.kind === 'Namespace') {
      const { metadata } = decodeNamespace(object);
      labels.set(metadata.name, metadata.labels ?? {});
    }
    if (object.kind !== 'ConfigMap') continue;
    const { metadata, data, binaryData } = decodeConfigMap(object);
    // With a generateName only, its name is not known yet: nothing can refer to it.
    if (!metadata.name) continue;
    const namespace = metadata.namespace || fallback;
    const key = `${namespace}/${metadata.name}`;
    const earlier = configMaps.get(key);
    if (earlier) {
      const places = [earlier.object, object].map((each) => each.document.place(each.path));
      throw new LockstepError(
        'MANIFEST_INVALID',
        `${nameOf(object)} of namespace ${namespace} is there twice: ${places.join(' and ')}`,
      );
    }
    configMaps.set(key, { object, content: { data: data ?? {}, binaryData: binaryData ?? {} } });
  }
  return {
    content: (namespace, name) => configMaps.get(`${namespace}/${name}`)?.content,
    namespaceLabels: (namespace) => labels.get(namespace),
  };
}
