import type { SourceKey, WorkloadKey } from './source-state.ts';

/** What the queue knows of a workload. */
export interface Member {
  readonly key: WorkloadKey;
  readonly namespace: string;
  readonly sources: readonly SourceKey[];
  /** How long its sources must not have been edited, in milliseconds. */
  readonly settleMs: number;
  /** It goes before the others. */
  readonly first: boolean;
}

/** Why a workload is looked at: somebody has edited a source, or it is its turn. */
export type Cause = 'edit' | 'look';

/** Where a workload stands on its way to a rollout. */
export type Phase =
  /** Its sources are still being edited, or it is looked at again after a failure. */
  | { readonly at: 'settling'; readonly untilMs: number }
  /** It is looked at: which of its sources have moved? */
  | { readonly at: 'judging' }
  /** They have moved, and it waits for its turn. */
  | { readonly at: 'waiting'; readonly sinceMs: number }
  /** It is being written. */
  | { readonly at: 'bringing' };

/** What a workload's template records: source -> content. */
export type Contents = ReadonlyMap<SourceKey, string>;

/** A rollout that an edit has started. */
export interface Rolling {
  readonly sinceMs: number;
  readonly moved: readonly SourceKey[];
  /** As the write has left them. Empty: an earlier leader has written them. */
  readonly contents: Contents;
  /** The workload had failed before, so a failure tells nothing of the sources. */
  readonly hadFailed: boolean;
}

/** A write that got no answer. A rollout may have begun. */
export interface Tried {
  readonly atMs: number;
  readonly sources: readonly SourceKey[];
  /** Sources were edited since, so a look cannot tell whether it was written. */
  readonly outdated: boolean;
}

/** A workload that is on its way, or whose rollout is under way. */
export interface Entry {
  member: Member;
  cause: Cause;
  phase: Phase | undefined;
  /** Edits that follow each other more closely than it settles, since it was last found in step or written. */
  edits: { readonly sinceMs: number; readonly lastMs: number } | undefined;
  /** Sources were edited while the workload was looked at or written. */
  edited: { readonly atMs: number; readonly sources: readonly SourceKey[] } | undefined;
  moved: readonly SourceKey[];
  rolling: Rolling | undefined;
  tried: Tried | undefined;
  /** So many looks and writes have failed in a row. */
  failures: number;
}

export const newEntry = (member: Member): Entry => ({
  member,
  cause: 'look',
  phase: undefined,
  edits: undefined,
  edited: undefined,
  moved: [],
  rolling: undefined,
  tried: undefined,
  failures: 0,
});

/** Whether the workload takes one of the places for rollouts. */
export const takesPlace = ({ rolling, tried, phase }: Entry): boolean =>
  rolling !== undefined || tried !== undefined || phase?.at === 'bringing';

/** The sources for which the workload may still roll. */
export function pendingOf({ phase, member, moved }: Entry): readonly SourceKey[] {
  if (!phase || phase.at === 'bringing') return [];
  return phase.at === 'waiting' ? moved : member.sources;
}
