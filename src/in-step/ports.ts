import type { CopyOwner } from '../copies/manifest.ts';
import type { CopyNote } from '../copies/note.ts';
import type { Pin } from '../copies/pins.ts';
import type { Formats, HashFormat } from '../digest/format.ts';
import type { Marks } from '../marks/marks.ts';
import type { SourceTimes } from '../policy/adoption.ts';
import type { InjectDefault } from '../policy/managed.ts';
import type { Defaults } from '../policy/settings.ts';
import type { SourceKind } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { ReplicaSet } from '../workloads/replica-set.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';

/** What a look at a source gave. */
export interface SourceReading {
  /** Undefined: the source asks not to be counted. */
  readonly digest: string | undefined;
  /** The value of its `lockstep.dev/ignore`, where that is neither `true` nor `false`. */
  readonly malformedIgnore: string | undefined;
}

/** ConfigMaps and Secrets, as they are now. */
export interface Sources {
  /** The digest of what is used of a source, as committed after this call was made. */
  digest(namespace: string, usage: Usage, format: HashFormat, signal: AbortSignal): Promise<SourceReading>;
  /** When the source was made and changed; undefined: there is none. */
  times(namespace: string, usage: Usage, signal: AbortSignal): Promise<SourceTimes | undefined>;
}

/** Workloads of every kind. */
export interface Workloads {
  /** Undefined: there is none. */
  read(
    kind: WorkloadKind,
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Workload | undefined>;
  /** Makes a workload carry exactly these marks, if it still is the one that was read. */
  patch(read: Workload, marks: Marks, signal: AbortSignal): Promise<'patched' | 'conflict' | 'gone'>;
  /**
   * When the revision of the present template was made, in seconds since the epoch; undefined: not made
   * yet.
   */
  revisionCreated(workload: Workload, signal: AbortSignal): Promise<number | undefined>;
}

export interface Namespaces {
  /**
   * Nobody asks about workloads in namespaces that are labelled `lockstep.dev/inject: disabled`: no need to
   * look for that.
   */
  readonly disabledAreFiltered: boolean;
  labels(namespace: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

/** A copy, by what it is a copy of. */
export interface CopyRef {
  readonly kind: SourceKind;
  /** The source's name. */
  readonly name: string;
  /** Its digest, as `config-sources` shows it. */
  readonly shortDigest: string;
}

/** A copy that holds what it should: its digest was computed anew over what it holds. */
export interface GoodCopy {
  readonly state: 'good';
  readonly uid: string;
  readonly note: CopyNote;
  /** uids of its owners. */
  readonly owners: readonly string[];
  /** When it was made, or somebody last came to use it, in milliseconds since the epoch. */
  readonly lastUseMs: number;
}

export type CopyLook =
  | GoodCopy
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly why: string };

/**
 * Immutable copies of sources. A template that names a copy reserves it first, by an owner. So the copy
 * stays, whatever becomes of its other owners, until a revision of that template owns it. Without an owner
 * the namespace reserves it.
 */
export interface Copies {
  look(namespace: string, copy: CopyRef, signal: AbortSignal): Promise<CopyLook>;
  /**
   * Makes sure of the copy of what is used of a source, and reserves it. `moved`: the source does not have
   * this digest (any more).
   * @throws LockstepError COPY_UNUSABLE, and what the API client throws
   */
  make(namespace: string, pin: Pin, signal: AbortSignal, owner?: CopyOwner): Promise<'there' | 'moved'>;
  /** Reserves a copy where it is there, of whatever its source held once. `gone`: it is not (any more). */
  reserve(
    namespace: string,
    copy: CopyRef,
    signal: AbortSignal,
    owner?: CopyOwner,
  ): Promise<'owned' | 'gone'>;
  /** Adds an owner to the copy of this uid. */
  own(
    namespace: string,
    copy: CopyRef,
    uid: string,
    signal: AbortSignal,
    owner: CopyOwner,
  ): Promise<'owned' | 'gone'>;
}

/** The ReplicaSets of the cluster: what the pods of a Deployment were made of. */
export interface ReplicaSets {
  /** Undefined: there is none. */
  read(namespace: string, name: string, signal: AbortSignal): Promise<ReplicaSet | undefined>;
}

/** What judging a workload needs of the world. */
export interface Ports {
  readonly sources: Sources;
  readonly workloads: Workloads;
  readonly namespaces: Namespaces;
  /** Undefined: copies are switched off. */
  readonly copies: Copies | undefined;
}

/** What the cluster's owner has decided for all workloads. */
export interface ClusterPolicy {
  readonly injectDefault: InjectDefault;
  readonly defaults: Defaults;
  readonly formats: Formats;
}

/** What the functions of this room take beside the workload in question. */
export interface InStepDeps extends Ports, ClusterPolicy {}
