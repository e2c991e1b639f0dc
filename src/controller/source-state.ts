/** Identifies a workload: resource, namespace and name. */
export type WorkloadKey = string;
/** Identifies a source: namespace and id. */
export type SourceKey = string;

/** How the rollout of a workload ended. */
export type RolloutEnd = 'complete' | 'failed' | 'overdue';

/** What a rollout with bad news has tried. */
export interface Bad {
  readonly by: WorkloadKey;
  /** The source was edited since. Whether its content is another one, a look at the workload tells. */
  readonly outdated: boolean;
  /** The content, as the workload's template records it. Undefined: it is not known. */
  readonly content: string | undefined;
  /** The workload exists no more, or asks for no rollouts after edits any more. */
  readonly isGone?: boolean;
}

export type Failed = Bad & { readonly is: 'failed' };
/** The first rollout that took longer than its deadline. One more workload may try. */
export type Slow = Bad & { readonly is: 'slow' };

/**
 * What is known of the present content of a source. One workload goes first, and the others follow when its rollout is
 * complete.
 */
export type Proof =
  | { readonly is: 'open' }
  | { readonly is: 'given'; readonly by: WorkloadKey }
  | {
      readonly is: 'under-way';
      readonly by: WorkloadKey;
      /** The source was edited after this rollout began, or nobody knows. */
      readonly outdated: boolean;
      /** What is known if no rollout begins, or if it tells nothing. */
      readonly before: Proof;
    }
  | Slow
  | Failed;

/** What is known of one source. */
export interface SourceState {
  readonly proof: Proof;
  /** When a rollout last began to prove it. */
  readonly rolledMs: number;
  /** How long it rolls nobody after that. It grows while edits follow each other closely. */
  readonly restMs: number;
  /** The workload that rolled then. */
  readonly rolledBy: WorkloadKey | undefined;
  /** It has moved for that workload since. */
  readonly isOther: boolean;
}

/** Why a workload may not roll for its sources now. */
export type Obstacle =
  /** The rollout of another workload with the same content has failed. */
  | { readonly why: 'failed'; readonly source: SourceKey; readonly by: WorkloadKey }
  /** Another workload goes first. */
  | { readonly why: 'unproven'; readonly source: SourceKey; readonly by: WorkloadKey }
  /** The source has rolled somebody not long ago. */
  | { readonly why: 'resting'; readonly source: SourceKey; readonly untilMs: number };

export const OPEN: Proof = { is: 'open' };

/** A source that is edited all the time rolls its workloads twice an hour. */
export const LONGEST_REST_MS = 30 * 60_000;

/** So many times its usual rest, and it is said that a source flaps. */
export const FLAPPING = 4;

/** So many times the usual rest, and an edit has nothing to do with the one before. */
const APART = 10;

/** How long after a rollout another one for the same source counts as close to it. */
export const memoryMs = (restMs: number, usualMs: number): number => Math.max(2 * restMs, APART * usualMs);

/** The rest after one more rollout: longer if it came soon after the one before, and because of another content. */
export function nextRest(
  state: Pick<SourceState, 'rolledMs' | 'restMs' | 'isOther'> | undefined,
  usualMs: number,
  nowMs: number,
): number {
  if (!state || nowMs - state.rolledMs > memoryMs(state.restMs, usualMs)) return usualMs;
  return state.isOther ? Math.min(Math.max(LONGEST_REST_MS, usualMs), 2 * state.restMs) : state.restMs;
}
