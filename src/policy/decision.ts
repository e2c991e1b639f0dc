import type { Bringer } from '../marks/bringer.ts';
import type { Marks } from '../marks/marks.ts';
import type { Records } from './compare.ts';
import type { Lacking, Lacks } from './lacks.ts';
import type { WorkloadOperation } from './roll-on.ts';

export type LeaveReason =
  | 'unmanaged'
  | 'no-references'
  | 'template-changed'
  | 'in-step'
  | 'older-format'
  | 'unknown-format'
  | 'narrowed'
  | 'held'
  | 'roll-on'
  /** Pods need a source, or a key of one, that is missing now and was there: those of a rollout could not start. */
  | 'source-gone'
  /** A rollout was aborted, and scaling does not start another one from its template. */
  | 'rollout-aborted'
  /** A rollout goes on, and all its pods read copies. Scaling does not make its steps start over. */
  | 'rollout-under-way'
  | 'no-room';
export type RecordReason = 'adopted' | 'in-doubt' | 'appeared' | 'rescoped' | 'held' | 'released' | 'no-room';
export type WriteReason =
  | 'created'
  | 'template-changed'
  | 'annotations-restored'
  | 'hold-restored'
  | 'references-gone'
  | 'not-recorded'
  | 'drifted'
  | 'undo'
  | 'undo-no-op'
  | 'undo-held'
  | 'no-room';

/** The changed sources for which this call may not roll the workload. Empty: it is not known which. */
export type Waiting = readonly string[];

/** A stage of a rollout in which scaling starts no other one. */
export type ForbiddingStage = Extract<LeaveReason, 'rollout-aborted' | 'rollout-under-way'>;

/**
 * What to do with a workload, and why. Afterwards the workload must carry `marks`. `lacking` has what new pods cannot
 * start without: the reason for which nothing rolls, or what a new template has to wait for.
 */
export type Decision =
  | {
      readonly action: 'leave';
      readonly reason: LeaveReason;
      readonly waiting?: Waiting;
      /** Why they wait. Absent: because of `lockstep.dev/roll-on`. */
      readonly stage?: ForbiddingStage;
      readonly lacking?: readonly Lacking[];
    }
  | {
      readonly action: 'record';
      readonly reason: RecordReason;
      readonly marks: Marks;
      /** With the reason `in-doubt`: a source that pods may hold in different versions. */
      readonly doubted?: string;
      /** A manifest has marks in it, and other ones are written. */
      readonly overManifest?: boolean;
    }
  | {
      readonly action: 'write';
      readonly reason: WriteReason;
      readonly marks: Marks;
      readonly moved: readonly string[];
      readonly waiting?: Waiting;
      /** Why they wait. Absent: because of `lockstep.dev/roll-on`. */
      readonly stage?: ForbiddingStage;
      readonly lacking?: readonly Lacking[];
      /** A new template ends the hold of a workload, and live configuration comes with it. */
      readonly endsHold?: boolean;
      /** A manifest has marks in it, and other ones are written. */
      readonly overManifest?: boolean;
    };

/** What a decision still lacks. Each costs calls to the API server, so a decision asks only if it matters. */
export type Need =
  /** When these sources were made and changed, and when the workload was rolled. */
  | { readonly needs: 'history'; readonly of: readonly string[] }
  /** Whether the request's marks are those of a revision of this workload. */
  | { readonly needs: 'revisions' }
  /** Whether all copies exist that the request's marks name. */
  | { readonly needs: 'copies' };

/** Everything that a decision rests on. */
export interface Facts extends Records {
  readonly operation: WorkloadOperation;
  /** The call changes the template, apart from its marks. */
  readonly templateChanged: boolean;
  /** The marks of the object in the request. On a scale, the marks of the workload. */
  readonly marks: Marks;
  /** The marks before the call. None on a create, unless the workload adopts a revision. */
  readonly marksBefore: Marks;
  /** Who brought the request's marks. They are the user's word only if no manifest and no webhook brought them. */
  readonly bringer: Bringer;
  /** An undo of this kind of workload also brings back the annotations that the workload itself had. */
  readonly undoBringsMetadata: boolean;
  /** The workload has no pods to keep in step, because it is scaled to 0 replicas. */
  readonly idle: boolean;
  readonly lacks: Lacks;
  /** Its template asks that pods are refused until what they need exists. */
  readonly untilConfigured?: boolean;
  /** This call may start a rollout that only configuration asks for. */
  readonly mayRoll: boolean;
  /** The stage of a rollout forbids that this call starts another one. */
  readonly stage?: ForbiddingStage | undefined;
  /** Undefined: the workload neither asks for copies nor is held, or copies are switched off. */
  readonly pin: PinFacts | undefined;
  /** Undefined: nobody has looked. `decide` says when it needs this. */
  readonly adoption?: Adoption | undefined;
}

/** The facts about copies, for a workload that asks for them or is held. */
export interface PinFacts {
  /** The workload asks for copies. */
  readonly asked: boolean;
  /**
   * The pinned text of a template that is written now. Undefined: no source can be pinned, or the workload
   * does not ask for copies.
   */
  readonly pinnedText: string | undefined;
  /** The text of `held` if a hold begins now. It belongs to the template of the request. */
  readonly newHoldText: string;
  /** The text of `held` if a hold continues. It belongs to the template with the marks before the call. */
  readonly continuedHoldText: string;
  /** The workload is held. The record is then the configuration that its pods do not follow. */
  readonly held: boolean;
  /**
   * The request's marks are those of a revision of this workload. Undefined: nobody has looked. `decide` says
   * when it needs this.
   */
  readonly ofRevision: boolean | undefined;
  /**
   * All copies that the request's marks name exist, or can be made of live sources. Undefined: nobody has
   * looked. `decide` says when it needs this.
   */
  readonly restorable: boolean | undefined;
}

/**
 * What the history of the sources and of the rollout says: all pods certainly hold the same, or they may
 * differ.
 */
export type Adoption =
  /** With the text of the mark `baseline`. */
  | {
      readonly verdict: 'same';
      readonly baseline: string;
      /** There is no pod of the present template, so nothing is proven by any. */
      readonly withoutPods?: true;
    }
  /**
   * With the first source in doubt. Undefined: no pod has the present template yet. With the text of the mark
   * `baseline` if the cluster's owner wants it written in spite of the doubt.
   */
  | {
      readonly verdict: 'may-differ';
      readonly source: string | undefined;
      readonly baseline?: string;
    };
