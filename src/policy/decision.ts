import type { Records } from './compare.ts';
import type { Marks } from './marks.ts';
import type { WorkloadOperation } from './roll-on.ts';

export type LeaveReason =
  | 'unmanaged'
  | 'no-references'
  | 'template-changed'
  | 'in-step'
  | 'older-format'
  | 'unknown-format'
  | 'narrowed'
  | 'roll-on';
export type RecordReason = 'adopted' | 'appeared' | 'rescoped';
export type WriteReason =
  | 'created'
  | 'template-changed'
  | 'annotations-restored'
  | 'references-gone'
  | 'not-recorded'
  | 'drifted'
  | 'undo'
  | 'undo-no-op';

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
    };

/** Everything a decision rests on. */
export interface Facts extends Records {
  readonly operation: WorkloadOperation;
  readonly managed: boolean;
  /** The template differs from what it was before the call, apart from the marks. */
  readonly templateChanged: boolean;
  /** The marks in the request's object; on a scale, those of the workload. */
  readonly marks: Marks;
  /** The marks before the call; none on a create. */
  readonly before: Marks;
  /** The workload has no pods to keep in step: it stands at 0 replicas. */
  readonly idle: boolean;
  /** This call may start a rollout of its own. */
  readonly mayRoll: boolean;
}

/** What the history of sources and ReplicaSet says: all pods hold the same (with the baseline that says so), or not. */
export type Adoption =
  | { readonly verdict: 'same'; readonly baseline: string }
  | { readonly verdict: 'may-differ'; readonly source: string | undefined };
