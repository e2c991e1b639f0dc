import type { Marks, TemplateMarks } from '../marks/marks.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { PodTimes } from '../workloads/pod-times.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';

/**
 * How pods name the revision that they were made from: the uid of a ReplicaSet, or the name of a
 * ControllerRevision.
 */
export type RevisionId = string;

/**
 * What keeps a workload's present template. `not-yet`: nothing does, so no pod was made from it. `unknown`:
 * there is too much to look at.
 */
export type PresentRevision =
  | { readonly kind: 'found'; readonly id: RevisionId }
  | { readonly kind: 'not-yet' | 'unknown' };

/** A revision with pods that has lost its workload, and that a new workload of the same template adopts. */
export interface Orphan {
  readonly id: RevisionId;
  /** Those of the workload that it had, as far as the revision keeps them. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

/** Reads and patches workloads of every kind. */
export interface Workloads {
  /** Undefined: the workload does not exist. */
  read(
    kind: WorkloadKind,
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Workload | undefined>;
  /**
   * Makes a workload carry exactly these marks, if nobody has written it since it was read.
   * @param notes further annotations of the workload itself: name -> text
   * @returns the workload as this write has left it
   */
  patch(
    read: Workload,
    marks: Marks,
    signal: AbortSignal,
    notes?: Readonly<Record<string, string>>,
  ): Promise<Workload | 'conflict' | 'gone'>;
  /** Whether the cluster has the workload now, under its name and with its uid. */
  exists(workload: Workload, signal: AbortSignal): Promise<boolean>;
  presentRevision(workload: Workload, signal: AbortSignal): Promise<PresentRevision>;
  /** The revision that the workload will adopt when it is created. Undefined: there is none. */
  orphan(workload: Workload, signal: AbortSignal): Promise<Orphan | undefined>;
  /**
   * When the living pods of a revision started, and of earlier revisions whose pods the workload's strategy keeps.
   * Undefined: there are too many to look at.
   */
  pods(
    workload: Workload,
    revision: RevisionId,
    signal: AbortSignal,
  ): Promise<readonly PodTimes[] | undefined>;
  /** Whether one of the workload's own revisions is the one that is sought. */
  hasRevision(workload: Workload, sought: SoughtRevision, signal: AbortSignal): Promise<boolean>;
  /** The workload that takes its template from this one, and makes pods from it. Undefined: none does. */
  runner(workload: Workload, signal: AbortSignal): Promise<Workload | 'unknown' | undefined>;
}

/** A revision whose template carries exactly these marks. */
export interface SoughtRevision {
  readonly marks: TemplateMarks;
  /** The whole template of the revision, with its marks. Undefined: the marks are enough. */
  readonly template: PodTemplate | undefined;
}
