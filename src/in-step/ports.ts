import type { Flaw } from '../copies/flaw.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import type { CopyRef } from '../copies/name.ts';
import type { CopyNote } from '../copies/note.ts';
import type { Pin } from '../copies/pins.ts';
import type { Formats } from '../digest/format.ts';
import type { InDoubt } from '../policy/adoption.ts';
import type { Successor } from '../policy/ceiling.ts';
import type { InjectDefault } from '../policy/managed.ts';
import type { Mode } from '../policy/mode.ts';
import type { Defaults } from '../policy/settings.ts';
import type { SourcePattern } from '../references/pattern.ts';
import type { ReplicaSet } from '../workloads/replica-set.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Foresight, Sources } from './source-ports.ts';
import type { Workloads } from './workload-ports.ts';

export type { Ahead, Foresight, KnownWorkload, SourceReading, Sources } from './source-ports.ts';

export type { Orphan, PresentRevision, RevisionId, SoughtRevision, Workloads } from './workload-ports.ts';

/** A namespace as it is now. */
export interface LiveNamespace {
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads namespaces. */
export interface Namespaces {
  /**
   * No call comes from a namespace with the label `lockstep.dev/inject: disabled`, so a judgement need not
   * look for the label. Before lockstep writes anything it looks nevertheless.
   */
  readonly disabledAreFiltered: boolean;
  /** Undefined: the namespace does not exist. */
  read(namespace: string, signal: AbortSignal): Promise<LiveNamespace | undefined>;
}

/**
 * A copy that holds exactly what it should. lockstep digested its content again to know that, and compared
 * its digest with the seal that names it, if there is one.
 */
export interface GoodCopy {
  readonly state: 'good';
  readonly uid: string;
  readonly note: CopyNote;
  /** It also holds keys that only its type requires, so it is not what all keys of its source are. */
  readonly standIns: boolean;
  /** uids of its owners. */
  readonly owners: readonly string[];
  /** When the copy was made, or when a template last started to name it, in milliseconds since the epoch. */
  readonly lastUseMs: number;
}

/** The result of a look at a copy. */
export type CopyLook =
  | GoodCopy
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly flaw: Flaw };

/**
 * Makes and keeps immutable copies of sources. Before a template names a copy, the copy is reserved: it gets
 * the template's workload, or the namespace, as an owner. So the copy stays until a revision of that template
 * owns it, even if all its other owners go. Nobody here asks whether an owner exists: callers have looked.
 */
export interface Copies {
  look(namespace: string, copy: CopyRef, signal: AbortSignal): Promise<CopyLook>;
  /**
   * Makes the copy of what is used of a source, unless it exists, and reserves it. `moved`: the source does
   * not have this digest (any more).
   * @throws LockstepError COPY_UNUSABLE, and what the API client throws
   */
  make(namespace: string, pin: Pin, owner: CopyOwner, signal: AbortSignal): Promise<'there' | 'moved'>;
  /** Reserves a copy that exists, also one of an earlier content. `gone`: it does not exist (any more). */
  reserve(namespace: string, copy: CopyRef, owner: CopyOwner, signal: AbortSignal): Promise<'owned' | 'gone'>;
  /** Adds an owner to the copy with this uid. */
  own(
    namespace: string,
    copy: CopyRef,
    uid: string,
    owner: CopyOwner,
    signal: AbortSignal,
  ): Promise<'owned' | 'gone'>;
}

/** An object that a reference to an owner names. The reference may be invented. */
export type OwnerRef = Pick<CopyOwner, 'name' | 'uid'>;

/** Reads ReplicaSets. The controller makes the pods of a Deployment from their templates. */
export interface ReplicaSets {
  /** Undefined: there is no ReplicaSet of this name with this uid. */
  read(namespace: string, ref: OwnerRef, signal: AbortSignal): Promise<ReplicaSet | undefined>;
  /** The ReplicaSet of a workload's present template. Undefined: it does not exist yet, or nothing tells its age. */
  successor(workload: Workload, signal: AbortSignal): Promise<Successor | undefined>;
}

/** What `assess` and `bring` need of the world. */
export interface Ports {
  readonly sources: Sources;
  /** Undefined: sources are read after the workload. */
  readonly foresight?: Foresight | undefined;
  readonly workloads: Workloads;
  readonly namespaces: Namespaces;
  /** Undefined: copies are switched off. */
  readonly copies: Copies | undefined;
}

/** The settings of the cluster's owner for all workloads. */
export interface ClusterPolicy {
  /** Whether lockstep writes in namespaces whose labels do not say it. */
  readonly mode: Mode;
  readonly injectDefault: InjectDefault;
  readonly defaults: Defaults;
  /** What to do if it cannot be told whether all pods hold the same. */
  readonly inDoubt: InDoubt;
  readonly formats: Formats;
  /** Sources that pods never read copies of. */
  readonly pinExclude: readonly SourcePattern[];
}

/** What the functions in this folder take beside the workload. */
export interface InStepDeps extends Ports, ClusterPolicy {}
