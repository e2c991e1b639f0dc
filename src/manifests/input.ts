import type { SourceContent } from '../digest/source.ts';
import { type SourceMark, sourceMark } from '../marks/ignore.ts';
import type { Compat } from '../marks/peers.ts';
import type { SourceKind } from '../references/sources.ts';
import { givenTwiceError } from './errors.ts';
import { flawOf } from './flaw.ts';
import { ConfigMap, type ManifestObject, Namespace, nameOf, objectDecoder, Secret } from './objects.ts';

/** A ConfigMap or Secret in the input. */
export interface InputSource {
  readonly content: SourceContent;
  readonly mark: SourceMark;
  /** Why its content here is not what a cluster gets, with the place. Undefined: it is. */
  readonly flaw: string | undefined;
}

/** What all files together say about the cluster. */
export interface Input {
  /** Undefined if the source is not in the input. */
  readonly source: (kind: SourceKind, namespace: string, name: string) => InputSource | undefined;
  /** Why the content of a source, named by its id, is not what a cluster gets. */
  readonly flaw: (namespace: string, id: string) => string | undefined;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
}

const decodeConfigMap = objectDecoder(ConfigMap);
const decodeSecret = objectDecoder(Secret);
const decodeNamespace = objectDecoder(Namespace);

interface ReadSource {
  readonly kind: SourceKind;
  readonly metadata: ReturnType<typeof decodeConfigMap>['metadata'];
  readonly content: SourceContent;
}

function configMapSource(object: ManifestObject): ReadSource {
  const { metadata, data, binaryData } = decodeConfigMap(object);
  return { kind: 'configmap', metadata, content: { data: data ?? {}, binaryData: binaryData ?? {} } };
}

function secretSource(object: ManifestObject): ReadSource {
  const { metadata, data, stringData } = decodeSecret(object);
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  const binaryData = { ...data, ...Object.fromEntries(encoded) };
  return { kind: 'secret', metadata, content: { data: {}, binaryData } };
}

function sourceOf(object: ManifestObject): ReadSource | undefined {
  if (object.kind === 'ConfigMap') return configMapSource(object);
  return object.kind === 'Secret' ? secretSource(object) : undefined;
}

/**
 * The sources and Namespaces among these objects.
 * @param fallback the namespace of sources that name none
 * @param compat the peers whose annotations on sources count
 * @throws LockstepError MANIFEST_INVALID if an object does not fit its schema, or a source is defined twice
 */
export function inputOf(objects: readonly ManifestObject[], fallback: string, compat?: Compat): Input {
  const found = new Map<string, InputSource & { readonly object: ManifestObject }>();
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const object of objects) {
    if (object.apiVersion !== 'v1') continue;
    if (object.kind === 'Namespace') {
      const { metadata } = decodeNamespace(object);
      labels.set(metadata.name, metadata.labels ?? {});
    }
    const read = sourceOf(object);
    // An object with only a generateName has no name yet, so nothing can refer to it.
    if (!read?.metadata.name) continue;
    const { kind, metadata, content } = read;
    const namespace = metadata.namespace || fallback;
    const key = `${kind}/${namespace}/${metadata.name}`;
    const earlier = found.get(key);
    if (earlier) {
      const places = [earlier.object, object].map((each) => each.document.place(each.path));
      throw givenTwiceError(nameOf(object), namespace, places);
    }
    found.set(key, {
      object,
      content,
      mark: sourceMark(metadata.annotations, compat),
      flaw: flawOf(object, content.binaryData),
    });
  }
  return {
    source: (kind, namespace, name) => found.get(`${kind}/${namespace}/${name}`),
    flaw: (namespace, id) => found.get(id.replace('/', `/${namespace}/`))?.flaw,
    namespaceLabels: (namespace) => labels.get(namespace),
  };
}
