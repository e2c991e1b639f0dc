import type { SourceContent } from '../../../src/digest/source.ts';
import type { Marks } from '../../../src/marks/marks.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { PodTemplate } from '../../../src/workloads/pod-template.ts';
import type { OwnedMeta } from '../../../src/workloads/replica-set.ts';
import type { Workload } from '../../../src/workloads/workload.ts';

/**
 * A resourceVersion. One etcd assigns them to objects of every kind, so they are in the order in which the
 * writes were committed.
 */
export type Version = number;

/** An object as a write left it. */
export interface Commit<T> {
  readonly version: Version;
  readonly object: T;
}

/**
 * The life of one workload, revision, pod or copy, from its creation to its end. An object that is
 * created again under the same name has another life.
 */
export interface Life<T> {
  readonly uid: string;
  readonly name: string;
  readonly commits: readonly Commit<T>[];
  readonly deletedAt: Version | undefined;
}

/** What keeps a template of a workload. */
export interface Revision {
  readonly kind: 'ReplicaSet' | 'ControllerRevision';
  readonly metadata: OwnedMeta;
  readonly template: PodTemplate | undefined;
  /** The number of pods that it asks for. undefined: its workload counts them. */
  readonly replicas: number | undefined;
}

/** A Job. Its template never changes. */
export interface Job {
  readonly metadata: OwnedMeta;
  readonly suspended: boolean;
  readonly template: PodTemplate;
}

/** A pod at a version. Only its first one has its references. */
export type SeenPod = Pod & {
  /** Its containers have started, and have read what they read from their environment. */
  readonly started?: boolean;
  /** When its kubelet accepted it: RFC 3339, whole seconds. */
  readonly since?: string;
};

/** A copy at a version, whatever its own note says. */
export interface Copy {
  readonly content: SourceContent;
  readonly immutable: boolean;
  /** uids of its owners. */
  readonly owners: readonly string[];
}

/** What a source held from a version on. undefined: it did not exist. */
export interface SourceState {
  readonly version: Version;
  readonly content: SourceContent | undefined;
  /** When the object was made: RFC 3339, whole seconds. */
  readonly made?: string;
}

/** The marks of a template in a request. */
export type Brought = Pick<Marks, 'sources' | 'pinned'> & { readonly hash: string };

/** A call, as the audit log describes it. */
export interface Call {
  readonly auditId: string;
  /** In words, for a person: `client 1: scale web to 4`, or the name of another caller. */
  readonly what: string;
  readonly by: 'client' | 'lockstep' | 'other';
  /** `create` also for an apply that has created its object. */
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** In microseconds since the epoch, by the API server's clock. */
  readonly received: number;
  /** The same, for the time at which its answer was complete. */
  readonly completed: number;
  readonly succeeded: boolean;
  /** It asked for a version that was no longer the present one. */
  readonly conflict?: boolean;
  readonly dryRun: boolean;
  /**
   * The version of the object in the answer. A call that changed nothing is answered with the version that it
   * found.
   */
  readonly version: Version | undefined;
  /** lockstep was called and has answered. */
  readonly reviewed: boolean;
  /** lockstep was called, but could not be reached or said that it did not check the call. */
  readonly unchecked: boolean;
  /** Everything known about why it is unchecked. */
  readonly uncheckedBecause?: string;
  /** The version that a scale asks for. undefined: any. */
  readonly asksFor?: Version | undefined;
  /** The marks of a template in the request. undefined: the request contains no config hash. */
  readonly brings: Brought | undefined;
  /** A controller copies the marks of another workload's template. */
  readonly copies?: boolean;
  /** The uid of the workload or ReplicaSet that a pod is made for. */
  readonly podOf?: string | undefined;
  /** lockstep has refused it. */
  readonly refused?: boolean;
  /** The request removes the mark of a hold, by name. */
  readonly letsGo: boolean;
}

/** A kill of a replica, in microseconds since the epoch. */
export type KillTime = number;

/** Rollouts that did not end although nothing more was done. */
export interface Unrest {
  /** Their state, for a person. */
  readonly says: string;
  /** The uids of the objects that did not come to rest. */
  readonly of: readonly string[];
}

/** Everything known about what happened in one namespace. */
export interface History {
  /** By source id. Each list is in order and begins at version 0. */
  readonly sources: ReadonlyMap<string, readonly SourceState[]>;
  readonly workloads: readonly Life<Workload>[];
  readonly revisions: readonly Life<Revision>[];
  readonly jobs: readonly Life<Job>[];
  /** The first version of each pod. Its references never change. */
  readonly pods: readonly Life<SeenPod>[];
  readonly copies: readonly Life<Copy>[];
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  /** One replica answered all calls. */
  readonly alone: boolean;
  /** One replica followed edits. */
  readonly edits: boolean;
  readonly calls: readonly Call[];
  readonly kills: readonly KillTime[];
  /** undefined: the rollouts ended. */
  readonly unrest: Unrest | undefined;
}
