import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { canExist, pathOf, sourceFolder } from '../cluster/object-reads.ts';
import { type DecodedSource, SOURCE_RESOURCES } from '../cluster/source-kinds.ts';
import { isTrustBundle } from '../copies/trust-bundle.ts';
import { missingKeys } from '../digest/source.ts';
import { mapFew } from '../in-step/map-few.ts';
import type { Sources } from '../in-step/ports.ts';
import { counts, sourceMark } from '../marks/ignore.ts';
import type { Compat } from '../marks/peers.ts';
import { sourceTimes } from '../policy/adoption.ts';
import { type SourceKind, sourceId } from '../references/sources.ts';

/** ConfigMaps as they were read, with their content. Secrets are never read. */
export interface FoundSources {
  /** Undefined: there is none. */
  get(namespace: string, name: string): DecodedSource | undefined;
}

/** A ConfigMap in its namespace. */
export interface ConfigMapPlace {
  readonly namespace: string;
  readonly name: string;
}

const keyOf = ({ namespace, name }: ConfigMapPlace) => `${namespace}/${name}`;

/** Up to so many of a namespace are read one by one. A list brings all of them, with what they hold. */
const FEW = 5;
/** A ConfigMap may hold 1 MiB. Pages that are too large are read in halves. */
const PAGE_SIZE = 250;

const decodePage = pageDecoder(
  Type.Object({ metadata: Type.Object({ name: Type.String(), namespace: Type.String() }) }),
  'ConfigMaps',
);

/**
 * Reads ConfigMaps: one by one if they are few, or else page by page, of which only the wanted ones are kept.
 * @param namespace that all of them are in. Undefined: any
 */
export async function findConfigMaps(
  client: ApiClient,
  wanted: readonly ConfigMapPlace[],
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<FoundSources> {
  const found = new Map<string, DecodedSource>();
  const places = new Map(wanted.filter(canExist).map((place) => [keyOf(place), place]));
  const { resource, decode } = SOURCE_RESOURCES.configmap;
  if (places.size <= FEW)
    await mapFew([...places.values()], signal, async (place) => {
      const path = pathOf(place.namespace, 'configmap', place.name);
      const answer = await client.request({ verb: 'get', resource, path, signal });
      if (answer.kind === 'found') found.set(keyOf(place), decode(answer.body));
    });
  else {
    const request = { resource, path: sourceFolder('configmap', namespace), signal };
    const size = PAGE_SIZE;
    // A ConfigMap that is too large to be read would look as if it did not exist.
    for await (const items of pages(client, request, { size, decode: decodePage }))
      for (const item of items)
        if (places.has(keyOf(item.metadata))) found.set(keyOf(item.metadata), decode(item));
  }
  return { get: (inNamespace, name) => found.get(keyOf({ namespace: inNamespace, name })) };
}

/**
 * The composer's port over ConfigMaps that were read. A source of a keyed kind is not read, and its format says what
 * counts for it.
 */
export function sourcesOf(
  found: FoundSources,
  keyed: readonly SourceKind[],
  compat: Compat | undefined,
): Sources {
  return {
    async digest(namespace, usage, format) {
      const isRead = !keyed.includes(usage.kind);
      const source = isRead ? found.get(namespace, usage.name) : undefined;
      const mark = source && sourceMark(source.metadata.annotations, compat);
      return {
        digest:
          mark && !counts(usage, mark) ? undefined : format.sourceDigest(namespace, usage, source?.content),
        malformedIgnore: mark?.malformed,
        missingKeys: source ? missingKeys(usage, source.content) : [],
        isTrustBundle: source ? isTrustBundle(source.metadata) : false,
        immutableSince: source?.immutable ? sourceTimes(source.metadata).created : undefined,
      };
    },
    async times(namespace, usage) {
      // A Secret may have the name of a ConfigMap.
      const source = keyed.includes(usage.kind) ? undefined : found.get(namespace, usage.name);
      return source && sourceTimes(source.metadata);
    },
  };
}

/** The id of a ConfigMap: `configmap/app`. */
export const configMapId = (name: string): string => sourceId({ kind: 'configmap', name });
