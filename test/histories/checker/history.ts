import type { SourceContent } from '../../../src/digest/source.ts';
import type { Marks } from '../../../src/marks/marks.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { ReplicaSet } from '../../../src/workloads/replica-set.ts';

/**
 * A resourceVersion. One etcd gives them all, of every kind of object, so they are one order: that in which writes were
 * committed.
 */
export type Version = number;

/** An object as a write left it. */
export interface Commit<T> {
  readonly version: Version;
  readonly object: T;
}

/** One Deployment, ReplicaSet, pod or copy, from its making to its end: one of the same name made anew is another. */
export interface Life<T> {
  readonly uid: string;
  readonly name: string;
  readonly commits: readonly Commit<T>[];
  readonly deletedAt: Version | undefined;
}

/** A copy at a version, whatever it says of itself. */
export interface Copy {
  readonly content: SourceContent;
  readonly immutable: boolean;
  /** uids of its owners. */
  readonly owners: readonly string[];
}

/** What a source held from a version on; undefined: there was none. */
export interface SourceState {
  readonly version: Version;
  readonly content: SourceContent | undefined;
}

/** A template's marks, as a request holds them. */
export type Brought = Pick<Marks, 'sources' | 'pinned'> & { readonly hash: string };

/** A call as the audit log tells it. */
export interface Call {
  readonly auditId: string;
  /** In words, for a person: `client 1: scale web to 4`, or who it was. */
  readonly what: string;
  readonly by: 'client' | 'lockstep' | 'other';
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** In microseconds since the epoch, by the API server's clock. */
  readonly received: number;
  /** The same, when its answer was complete. */
  readonly completed: number;
  readonly succeeded: boolean;
  readonly dryRun: boolean;
  /** Of the object in the answer. A call that changed nothing is answered with the version that it found. */
  readonly version: Version | undefined;
  /** lockstep was asked, and has answered. */
  readonly reviewed: boolean;
  /** lockstep was asked and could not be reached, or said that it did not check. */
  readonly unchecked: boolean;
  /** All that is known of why it is unchecked. */
  readonly uncheckedBecause?: string;
  /** The marks of a template that the request brings along; undefined: it holds no config hash. */
  readonly brings: Brought | undefined;
  /** The request takes the mark of a hold away, by name. */
  readonly letsGo: boolean;
}

/** A kill of a replica, in microseconds since the epoch. */
export type KillTime = number;

/** All that is known of what happened in one namespace. */
export interface History {
  /** By source id; each from version 0 on, in order. */
  readonly sources: ReadonlyMap<string, readonly SourceState[]>;
  readonly deployments: readonly Life<Deployment>[];
  readonly replicaSets: readonly Life<ReplicaSet>[];
  /** Of each pod, its first version: what it refers to never changes. */
  readonly pods: readonly Life<Pod>[];
  readonly copies: readonly Life<Copy>[];
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  readonly calls: readonly Call[];
  readonly kills: readonly KillTime[];
  /** How things stood where rollouts did not end although nobody did anything any more; undefined: they ended. */
  readonly unrest: string | undefined;
}
