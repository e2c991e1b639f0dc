import type { HashFormat } from '../digest/format.ts';
import type { SourceTimes } from '../policy/adoption.ts';
import type { SourceRef } from '../references/sources.ts';
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

/** Sources that are being read before it is known what a workload refers to now. */
export interface Ahead {
  /**
   * Uses each of these reads at most once, and reads whatever else is wanted. They began after the call came, but
   * perhaps before the workload was read. So they can show that it is in step, and nothing else.
   */
  readonly sources: Sources;
  /** Gives up the reads that nobody has used. */
  end(): void;
}

/** Knows what workloads referred to when they were last judged. */
export interface Foresight {
  /** Begins to read what the workload last referred to. Undefined: nothing is known of it. */
  begin(workload: KnownWorkload, signal: AbortSignal): Ahead | undefined;
  /** @param sources none: lockstep has nothing to read for it, so nothing is read ahead any more */
  learn(workload: KnownWorkload, sources: readonly SourceRef[]): void;
}

export interface KnownWorkload {
  readonly kind: { readonly group: string; readonly resource: string };
  readonly namespace: string;
  readonly name: string;
}
