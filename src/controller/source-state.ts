/** Identifies a workload: resource, namespace and name. */
export type WorkloadKey = string;
/** Identifies a source: namespace and id. */
export type SourceKey = string;

/** How the rollout of a workload ended, as far as it proves what it has read. */
export type RolloutEnd = 'complete' | 'failed' | 'overdue';

/**
 * What is known of the present content of a source. One workload goes first, and the others follow when its rollout is
 * complete.
 */
export type Proof =
  | { readonly is: 'open' | 'given' }
  /** `outdated`: the source was edited after this rollout began. */
  | { readonly is: 'under-way'; readonly by: WorkloadKey; readonly outdated: boolean }
  | { readonly is: 'failed'; readonly by: WorkloadKey };

/** What is known of one source. */
export interface SourceState {
  readonly proof: Proof;
  /** When a rollout last began because of it. */
  readonly rolledMs: number;
  /** How long it rolls nobody after that. It grows while edits follow each other closely. */
  readonly restMs: number;
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

/** The rest after one more rollout: longer if it came soon after the one before. */
export function nextRest(state: SourceState | undefined, usualMs: number, nowMs: number): number {
  if (!state || nowMs - state.rolledMs > 2 * state.restMs) return usualMs;
  return Math.min(Math.max(LONGEST_REST_MS, usualMs), 2 * state.restMs);
}
