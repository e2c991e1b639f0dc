import { LRUCache } from 'lru-cache';
import { Type } from 'typebox';
import type { HashFormat } from '../digest/format.ts';
import { type SourceTimes, sourceTimes } from '../policy/adoption.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { maybe, StringMap } from '../workloads/schema.ts';
import { type ApiClient, METADATA_ONLY } from './client.ts';
import { decoder } from './decode.ts';
import type { SharedReads } from './shared-reads.ts';

const SourceMeta = Type.Object({
  metadata: Type.Object({
    uid: Type.String(),
    resourceVersion: Type.String(),
    creationTimestamp: maybe(Type.String()),
    managedFields: maybe(
      Type.Array(
        Type.Object({
          time: maybe(Type.String()),
          fieldsV1: maybe(Type.Record(Type.String(), Type.Unknown())),
        }),
      ),
    ),
  }),
});

const decodeMeta = decoder(SourceMeta, 'metadata of a source');
const decodeSource = decoder(
  Type.Intersect([SourceMeta, Type.Object({ data: maybe(StringMap), binaryData: maybe(StringMap) })]),
  'a ConfigMap',
);

/** An entry is a digest and its key, under 1 KiB: at most 10 MiB, whatever the cluster's size. */
const CACHE_ENTRIES = 10_000;

export interface Sources {
  /** The digest of what is used of a source, as committed after this call was made. */
  digest(namespace: string, usage: Usage, format: HashFormat, signal: AbortSignal): Promise<string>;
  /** When the source was made and changed; undefined: there is none. */
  times(namespace: string, usage: Usage, signal: AbortSignal): Promise<SourceTimes | undefined>;
}

interface Cached {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly digest: string;
}

/** Which keys are used, as part of a cache key. */
function usageKey({ data, binaryData }: Usage): string {
  return JSON.stringify([data, binaryData]);
}

/**
 * Sources, read live. A digest is kept under the resourceVersion that it was computed from, and used again only when
 * the API server has just said that this still is the resourceVersion: the cache saves bytes, never a look.
 */
export function sources(
  client: ApiClient,
  reads: SharedReads,
  observe: (result: 'hit' | 'miss') => void = () => undefined,
): Sources {
  const cache = new LRUCache<string, Cached>({ max: CACHE_ENTRIES });
  const pathOf = (namespace: string, name: string) =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;

  async function metadata(namespace: string, usage: Usage, signal: AbortSignal) {
    return reads.share(`metadata ${namespace} ${sourceId(usage)}`, signal, async (shared) => {
      const path = pathOf(namespace, usage.name);
      const answer = await client.request({
        verb: 'get',
        resource: 'configmaps',
        path,
        accept: METADATA_ONLY,
        signal: shared,
      });
      return answer.kind === 'found' ? decodeMeta(answer.body).metadata : undefined;
    });
  }

  async function whole(namespace: string, usage: Usage, signal: AbortSignal) {
    return reads.share(`whole ${namespace} ${sourceId(usage)}`, signal, async (shared) => {
      const path = pathOf(namespace, usage.name);
      const answer = await client.request({ verb: 'get', resource: 'configmaps', path, signal: shared });
      return answer.kind === 'found' ? decodeSource(answer.body) : undefined;
    });
  }

  return {
    async digest(namespace, usage, format, signal) {
      const key = `${format.version} ${namespace} ${sourceId(usage)} ${usageKey(usage)}`;
      const cached = cache.get(key);
      // With nothing cached the metadata could not help: one read instead of two.
      if (cached) {
        const now = await metadata(namespace, usage, signal);
        if (!now) return format.sourceDigest(usage, undefined);
        if (now.uid === cached.uid && now.resourceVersion === cached.resourceVersion) {
          observe('hit');
          return cached.digest;
        }
      }
      observe('miss');
      const source = await whole(namespace, usage, signal);
      if (!source) return format.sourceDigest(usage, undefined);
      const content = { data: source.data ?? {}, binaryData: source.binaryData ?? {} };
      const digest = format.sourceDigest(usage, content);
      cache.set(key, { uid: source.metadata.uid, resourceVersion: source.metadata.resourceVersion, digest });
      return digest;
    },
    async times(namespace, usage, signal) {
      const meta = await metadata(namespace, usage, signal);
      return meta ? sourceTimes(meta) : undefined;
    },
  };
}
