import type { Marks } from '../marks/marks.ts';
import type { Records } from './compare.ts';
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
  | 'roll-on';
export type RecordReason = 'adopted' | 'appeared' | 'rescoped' | 'held' | 'released';
export type WriteReason =
  | 'created'
  | 'template-changed'
  | 'annotations-restored'
  | 'references-gone'
  | 'not-recorded'
  | 'drifted'
  | 'undo'
  | 'undo-no-op'
  | 'undo-held';

/** Sources that moved although this call may not roll the workload; empty where it is not known which. */
export type Waiting = readonly string[];

/** What to do with a workload, and why. `marks` are what it must carry afterwards. */
export type Decision =
  | {
      readonly action: 'leave';
      readonly reason: LeaveReason;
      readonly waiting?: Waiting;
    }
  | { readonly action: 'record'; readonly reason: RecordReason; readonly marks: Marks }
  | {
      readonly action: 'write';
      readonly reason: WriteReason;
      readonly marks: Marks;
      readonly moved: readonly string[];
      readonly waiting?: Waiting;
      /** A new template comes to a workload that was held: today's configuration comes with it. */
      readonly endsHold?: boolean;
    };

/**
 * What a decision still lacks. Finding it out costs calls to the API server, so it is asked for only where
 * it decides.
 */
export type Need =
  /** Of which sources: the times at which they were made and changed, and those of the workload's rollout. */
  | { readonly needs: 'history'; readonly of: readonly string[] }
  /** Whether all copies that the request's marks name are there. */
  | { readonly needs: 'copies' };

/** Everything a decision rests on. */
export interface Facts extends Records {
  readonly operation: WorkloadOperation;
  /** The template differs from what it was before the call, apart from the marks. */
  readonly templateChanged: boolean;
  /** The marks in the request's object; on a scale, those of the workload. */
  readonly marks: Marks;
  /** The marks before the call; none on a create. */
  readonly marksBefore: Marks;
  /** The workload has no pods to keep in step: it stands at 0 replicas. */
  readonly idle: boolean;
  /** This call may start a rollout of its own. */
  readonly mayRoll: boolean;
  /** Undefined: the workload does not ask for copies, or they are switched off. */
  readonly pin: PinFacts | undefined;
  /** Undefined: it has not been looked at. `decide` says where it needs it. */
  readonly adoption?: Adoption | undefined;
}

/** What is known of copies, where a workload asks for them or has been held to some. */
export interface PinFacts {
  /** The workload asks for copies. */
  readonly asked: boolean;
  /**
   * What `pinned` says on a template that is written now; undefined: nothing, no source can be pinned or it
   * is not asked for.
   */
  readonly pinnedText: string | undefined;
  /** What `held` says of a workload that is held from now on, to the template of the request. */
  readonly newHoldText: string;
  /** What it says of one that is held on, to the template with the marks that it had before. */
  readonly continuedHoldText: string;
  /** The record is what the workload is held against, not what its pods hold. */
  readonly held: boolean;
  /**
   * All copies that the request's marks name are there. Undefined: nobody has looked. `decide` says where
   * it needs it.
   */
  readonly restorable: boolean | undefined;
}

/**
 * What the history of sources and ReplicaSet says: all pods hold the same (with the baseline that says so),
 * or not.
 */
export type Adoption =
  | { readonly verdict: 'same'; readonly baseline: string }
  | { readonly verdict: 'may-differ'; readonly source: string | undefined };
