import type { ApiClient } from '../api/client.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { isTrustBundle } from '../copies/trust-bundle.ts';
import type { HashFormat } from '../digest/format.ts';
import { missingKeys } from '../digest/source.ts';
import type { SourceReading, Sources } from '../in-step/ports.ts';
import { counts, sourceMark } from '../marks/ignore.ts';
import type { Compat } from '../marks/peers.ts';
import { sourceTimes } from '../policy/adoption.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { byteCache } from './cache.ts';
import { canExist, objectReads, pathOf } from './object-reads.ts';
import { type DecodedSource, SOURCE_RESOURCES } from './source-kinds.ts';

/** An entry takes less than 1 KiB, so 10,000 of them fit, for each of which two reads become one small one. */
const CACHE_BYTES = 10 * 1024 * 1024;

interface CachedReading {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly reading: SourceReading;
}

/** The memory of a text beside its characters, as so many characters. */
const CHARACTERS_PER_KEY = 16;

const charactersOf = ({ uid, resourceVersion, reading }: CachedReading): number =>
  uid.length +
  resourceVersion.length +
  (reading.digest?.length ?? 0) +
  (reading.malformedIgnore?.length ?? 0) +
  reading.missingKeys.reduce((sum, key) => sum + key.length + CHARACTERS_PER_KEY, 0);

/** Everything that a reading depends on, except the source's content. */
function cacheKey(namespace: string, usage: Usage, { version, keyId, keyed }: HashFormat): string {
  const { data, binaryData, except, needed, ifMarked } = usage;
  return JSON.stringify([
    version,
    keyId,
    keyed,
    namespace,
    sourceId(usage),
    data,
    binaryData,
    except,
    needed,
    ifMarked,
  ]);
}

/** What a read of a source that does not exist gives. */
const absentReading = (namespace: string, usage: Usage, format: HashFormat): SourceReading => ({
  digest: format.sourceDigest(namespace, usage, undefined),
  malformedIgnore: undefined,
  missingKeys: [],
  isTrustBundle: false,
  immutableSince: undefined,
});

function toReading(
  namespace: string,
  usage: Usage,
  format: HashFormat,
  { metadata, content, immutable }: DecodedSource,
  compat: Compat | undefined,
): SourceReading {
  const mark = sourceMark(metadata.annotations, compat);
  return {
    digest: !counts(usage, mark) ? undefined : format.sourceDigest(namespace, usage, content),
    malformedIgnore: mark.malformed,
    missingKeys: missingKeys(usage, content),
    isTrustBundle: isTrustBundle(metadata),
    immutableSince: immutable ? sourceTimes(metadata).created : undefined,
  };
}

/** Reads the metadata of an object by its path. Undefined: it does not exist. */
type ReadMetadata = ReturnType<typeof objectReads>['metadata'];

/** Sources, and what it takes to read them ahead. */
export interface LiveSources extends Sources {
  readonly metadata: ReadMetadata;
  /** The same sources, whose metadata is read in this way to confirm digests. */
  with(readMetadata: ReadMetadata): Sources;
}

/**
 * Sources, read live. A digest is kept under the resourceVersion that it was computed from. It is reused only
 * if the API server has just confirmed this resourceVersion. So the cache saves bytes, and never a read.
 */
export function sources(
  client: ApiClient,
  reads: SharedReads,
  metrics: Pick<Metrics, 'countDigestLookup'> & Partial<Pick<Metrics, 'readGauge'>>,
  compat?: Compat,
): LiveSources {
  const cache = byteCache<CachedReading>(CACHE_BYTES, charactersOf);
  metrics.readGauge?.('digestCache', () => cache.size);
  const { metadata, whole } = objectReads(client, reads);

  async function digest(
    readMetadata: ReadMetadata,
    namespace: string,
    usage: Usage,
    format: HashFormat,
    signal: AbortSignal,
  ) {
    const absent = () => absentReading(namespace, usage, format);
    if (!canExist(usage)) return absent();
    const key = cacheKey(namespace, usage, format);
    const path = pathOf(namespace, usage.kind, usage.name);
    const cached = cache.get(key);
    // Without a cached digest the metadata would not help, so one read replaces two.
    if (cached) {
      const now = await readMetadata(path, SOURCE_RESOURCES[usage.kind].resource, signal);
      if (!now) return absent();
      if (now.uid === cached.uid && now.resourceVersion === cached.resourceVersion) {
        metrics.countDigestLookup('hit');
        return cached.reading;
      }
    }
    metrics.countDigestLookup('miss');
    const found = await whole(path, usage.kind, signal);
    if (!found) return absent();
    const reading = toReading(namespace, usage, format, found, compat);
    const { uid, resourceVersion } = found.metadata;
    cache.set(key, { uid, resourceVersion, reading });
    return reading;
  }

  const times: Sources['times'] = async (namespace, usage, signal) => {
    if (!canExist(usage)) return undefined;
    const path = pathOf(namespace, usage.kind, usage.name);
    const found = await metadata(path, SOURCE_RESOURCES[usage.kind].resource, signal);
    return found ? sourceTimes(found) : undefined;
  };
  const reading = (readMetadata: ReadMetadata): Sources => ({
    digest: (...args) => digest(readMetadata, ...args),
    times,
  });
  return { ...reading(metadata), metadata, with: reading };
}
