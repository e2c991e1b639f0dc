import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { canonicalJson } from '../digest/canonical.ts';
import { annotationsOfUsers, type Workload } from '../workloads/workload.ts';

/**
 * The API server asks again some milliseconds after a patch. A client that tries again by itself reads the
 * workload first. A minute is the longest that the API server works on one request.
 */
const REMEMBERED_MS = 60_000;

/** Each takes some 300 bytes. A cluster has fewer drifted scale-ups in a minute. */
const MOST = 1_000;

/**
 * The versions of workloads since which only lockstep has changed them. It is filled by patches that lockstep
 * has really made, never by what a review says. It is the memory of one process: another replica knows nothing
 * of the patch, and leaves the caller to the conflict.
 */
export interface OwnPatches {
  /**
   * Remembers that nobody but lockstep has written the workload since this version.
   * @param patched the workload as our own patch has left it
   */
  remember(version: string, patched: Workload): void;
  /**
   * Whether since this version nobody but lockstep has changed the workload. Its status does not count, nor do
   * the annotations that its controller writes.
   */
  areAllSince(version: string, now: Workload): boolean;
}

/** The workload and one of its versions. A uid is never given twice, so a workload made anew is another one. */
const keyOf = (version: string, { metadata }: Workload): string => `${metadata.uid} ${version}`;

/**
 * What of a workload only its users write, as a digest. The generation stands for the spec. Undefined: this
 * workload counts no generations, so nothing tells whether its spec is the same.
 */
function stateOf(workload: Workload): string | undefined {
  const { metadata } = workload;
  if (metadata.generation == null || !metadata.uid) return undefined;
  // Times of field managers move with each status write.
  const { resourceVersion, managedFields, ...rest } = { managedFields: undefined, ...metadata };
  const text = canonicalJson({ ...rest, annotations: annotationsOfUsers(workload) });
  return createHash('sha256').update(text).digest('base64');
}

/** @param now in milliseconds, by a clock that nobody sets */
export function ownPatches(now = () => performance.now()): OwnPatches {
  const states = new LRUCache<string, string>({
    max: MOST,
    ttl: REMEMBERED_MS,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    remember(version, patched) {
      const state = stateOf(patched);
      if (state !== undefined) states.set(keyOf(version, patched), state);
    },
    areAllSince(version, now) {
      const known = states.get(keyOf(version, now));
      return known !== undefined && known === stateOf(now);
    },
  };
}
