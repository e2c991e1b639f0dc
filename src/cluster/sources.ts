import { LRUCache } from 'lru-cache';
import type { ApiClient } from '../api/client.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import type { HashFormat } from '../digest/format.ts';
import type { SourceReading, Sources } from '../in-step/ports.ts';
import { ignoreAnnotation } from '../marks/ignore.ts';
import { sourceTimes } from '../policy/adoption.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { objectReads, pathOf } from './object-reads.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';

/**
 * An entry is a digest and its key, under 1 KiB. So the cache
 * takes at most 10 MiB, whatever the size of the cluster.
 */
const CACHE_ENTRIES = 10_000;

interface CachedReading {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly reading: SourceReading;
}

/** Everything that a digest depends on, except the source's content. */
function cacheKey(namespace: string, usage: Usage, { version, keyId, keyed }: HashFormat): string {
  const { data, binaryData, except } = usage;
  return JSON.stringify([version, keyId, keyed, namespace, sourceId(usage), data, binaryData, except]);
}

/**
 * Sources, read live. A digest is kept under the resourceVersion that it was computed from. It is reused only
 * if the API server has just confirmed this resourceVersion. So the cache saves bytes, and never a read.
 */
export function sources(
  client: ApiClient,
  reads: SharedReads,
  metrics: Pick<Metrics, 'countDigestLookup'>,
): Sources {
  const cache = new LRUCache<string, CachedReading>({ max: CACHE_ENTRIES });
  const { metadata, whole } = objectReads(client, reads);

  async function digest(namespace: string, usage: Usage, format: HashFormat, signal: AbortSignal) {
    const key = cacheKey(namespace, usage, format);
    const path = pathOf(namespace, usage.kind, usage.name);
    const absent = () => ({
      digest: format.sourceDigest(namespace, usage, undefined),
      malformedIgnore: undefined,
    });
    const cached = cache.get(key);
    // Without a cached digest the metadata would not help, so one read replaces two.
    if (cached) {
      const now = await metadata(path, SOURCE_RESOURCES[usage.kind].resource, signal);
      if (!now) return absent();
      if (now.uid === cached.uid && now.resourceVersion === cached.resourceVersion) {
        metrics.countDigestLookup('hit');
        return cached.reading;
      }
    }
    metrics.countDigestLookup('miss');
    const found = await whole(path, usage.kind, signal);
    if (!found) return absent();
    const mark = ignoreAnnotation(found.metadata.annotations);
    const reading = {
      digest: mark.ignored ? undefined : format.sourceDigest(namespace, usage, found.content),
      malformedIgnore: mark.malformed,
    };
    const { uid, resourceVersion } = found.metadata;
    cache.set(key, { uid, resourceVersion, reading });
    return reading;
  }

  return {
    digest,
    async times(namespace, usage, signal) {
      const path = pathOf(namespace, usage.kind, usage.name);
      const found = await metadata(path, SOURCE_RESOURCES[usage.kind].resource, signal);
      return found ? sourceTimes(found) : undefined;
    },
  };
}
