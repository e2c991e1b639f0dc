import type { Unpinned } from '../copies/pins.ts';
import type { ConfigState } from '../digest/format.ts';
import type { Omitted } from '../marks/room.ts';
import type { SourceVerdict } from '../policy/compare.ts';
import type { Decision } from '../policy/decision.ts';
import type { WorkloadOperation } from '../policy/roll-on.ts';
import type { Problem } from '../policy/settings.ts';
import type { Strategy } from '../workloads/strategy.ts';

/** A label or annotation of a workload or a source that lockstep cannot parse. It does not count. */
export type Malformed =
  | ({ readonly on: 'annotation' } & Problem)
  | { readonly on: 'label'; readonly label: string; readonly value: string }
  /** A source's own `lockstep.dev/ignore`. */
  | { readonly on: 'source'; readonly id: string; readonly value: string };

/** A source that a workload uses, compared with the record. */
export interface AssessedSource {
  readonly id: string;
  readonly verdict: SourceVerdict;
  /** No pod starts without it. */
  readonly required: boolean;
  /** The live short digest. */
  readonly live: string;
  /** The recorded short digest. Undefined: the record lacks the source. */
  readonly recorded: string | undefined;
  /** The keys that pods need, and that it lacks. Absent: none, or the whole source is. */
  readonly missingKeys?: readonly string[];
}

/**
 * The judgement on a workload: the decision, and what it rests on. It is plain data, so it can be printed,
 * sent and compared. It holds no value of a source, and no digest that would let somebody guess a Secret.
 */
export interface Assessment {
  readonly namespace: string;
  /** `deployment/web` */
  readonly name: string;
  readonly operation: WorkloadOperation;
  readonly paused: boolean;
  readonly strategy: Strategy;
  /** It had no pods before the call, or it asks for none any more. */
  readonly idle: boolean;
  readonly decision: Decision;
  /** Undefined: the workload is not managed, so nothing was read. */
  readonly live: ConfigState | undefined;
  /** The configuration on record. For a held workload it is the one that its pods do not follow. */
  readonly recorded: ConfigState | undefined;
  readonly sources: readonly AssessedSource[];
  readonly malformed: readonly Malformed[];
  /** The workload asks for copies. */
  readonly pinAsked: boolean;
  /** Ids of the sources whose copies its pods read after the decision is carried out. */
  readonly pinnedIds: readonly string[];
  /** The sources that its pods read live, although the workload asks for copies. */
  readonly unpinned: readonly Unpinned[];
  /**
   * Ids of the immutable sources that were deleted and made anew under their names while pods ran. Nodes may give new
   * pods the old content.
   */
  readonly remade: readonly string[];
  /** Its pods are refused until what they need exists. */
  readonly untilConfigured?: boolean;
  /** The marks for which its annotations have no room. */
  readonly omitted: readonly Omitted[];
}
