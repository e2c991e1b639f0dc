import type { HashFormat } from '../digest/format.ts';
import type { SourceTimes } from '../policy/adoption.ts';
import type { Usage } from '../references/usage.ts';

/** What was read of a source. */
export interface SourceReading {
  /** Undefined: the source's own annotations say that it does not count. */
  readonly digest: string | undefined;
  /** The value of its `lockstep.dev/ignore`, if that is neither `true` nor `false`. */
  readonly malformedIgnore: string | undefined;
  /** The keys that pods need of it and that it lacks. Empty if the source does not exist. */
  readonly missingKeys: readonly string[];
  /** A program keeps it filled with the CAs that clients trust now. */
  readonly isTrustBundle: boolean;
  /** When the source was made, in seconds since the epoch, if it is immutable. Its content is of then. */
  readonly immutableSince: number | undefined;
}

/** Reads ConfigMaps and Secrets, as they are now. */
export interface Sources {
  /** The digest of what is used of a source. The read starts after this call, so that no cache lags. */
  digest(namespace: string, usage: Usage, format: HashFormat, signal: AbortSignal): Promise<SourceReading>;
  /** When the source was made and changed. Undefined: it does not exist. */
  times(namespace: string, usage: Usage, signal: AbortSignal): Promise<SourceTimes | undefined>;
}
