import { LRUCache } from 'lru-cache';
import { type ApiClient, METADATA_ONLY } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import type { HashFormat } from '../digest/format.ts';
import { ignoreMark } from '../marks/ignore.ts';
import { type SourceTimes, sourceTimes } from '../policy/adoption.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { decodeMeta, KINDS } from './source-kinds.ts';

/** An entry is a digest and its key, under 1 KiB: at most 10 MiB, whatever the cluster's size. */
const CACHE_ENTRIES = 10_000;

/** What a look at a source gave. */
export interface SourceReading {
  /** Undefined: the source asks not to be counted. */
  readonly digest: string | undefined;
  /** The value of its `lockstep.dev/ignore`, where that is neither `true` nor `false`. */
  readonly malformedIgnore: string | undefined;
}

export interface Sources {
  /** The digest of what is used of a source, as committed after this call was made. */
  digest(namespace: string, usage: Usage, format: HashFormat, signal: AbortSignal): Promise<SourceReading>;
  /** When the source was made and changed; undefined: there is none. */
  times(namespace: string, usage: Usage, signal: AbortSignal): Promise<SourceTimes | undefined>;
}

interface Cached {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly reading: SourceReading;
}

/** All that a digest depends on, but the source's content. */
function cacheKey(namespace: string, usage: Usage, { version, keyId }: HashFormat): string {
  const { data, binaryData, except } = usage;
  return JSON.stringify([version, keyId, namespace, sourceId(usage), data, binaryData, except]);
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

  function get<T>(
    what: string,
    namespace: string,
    usage: Usage,
    signal: AbortSignal,
    decode: (body: unknown) => T,
  ) {
    const { resource } = KINDS[usage.kind];
    const path = `/api/v1/namespaces/${segment(namespace)}/${resource}/${segment(usage.name)}`;
    return reads.share(`${what} ${namespace} ${sourceId(usage)}`, signal, async (shared) => {
      const accept = what === 'metadata' ? { accept: METADATA_ONLY } : {};
      const answer = await client.request({ verb: 'get', resource, path, ...accept, signal: shared });
      return answer.kind === 'found' ? decode(answer.body) : undefined;
    });
  }

  const metadata = (namespace: string, usage: Usage, signal: AbortSignal) =>
    get('metadata', namespace, usage, signal, (body) => decodeMeta(body).metadata);
  const whole = (namespace: string, usage: Usage, signal: AbortSignal) =>
    get('whole', namespace, usage, signal, KINDS[usage.kind].decode);

  return {
    async digest(namespace, usage, format, signal) {
      const key = cacheKey(namespace, usage, format);
      const absent = () => ({
        digest: format.sourceDigest(namespace, usage, undefined),
        malformedIgnore: undefined,
      });
      const cached = cache.get(key);
      // With nothing cached the metadata could not help: one read instead of two.
      if (cached) {
        const now = await metadata(namespace, usage, signal);
        if (!now) return absent();
        if (now.uid === cached.uid && now.resourceVersion === cached.resourceVersion) {
          observe('hit');
          return cached.reading;
        }
      }
      observe('miss');
      const found = await whole(namespace, usage, signal);
      if (!found) return absent();
      const mark = ignoreMark(found.metadata.annotations);
      const reading = {
        digest: mark.ignored ? undefined : format.sourceDigest(namespace, usage, found.content),
        malformedIgnore: mark.malformed,
      };
      const { uid, resourceVersion } = found.metadata;
      cache.set(key, { uid, resourceVersion, reading });
      return reading;
    },
    async times(namespace, usage, signal) {
      const meta = await metadata(namespace, usage, signal);
      return meta ? sourceTimes(meta) : undefined;
    },
  };
}
