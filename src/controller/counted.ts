import { IN_STEP, type Judged, type Standing, standingOf } from '../census/standing.ts';
import type { Wait } from '../census/tally.ts';
import type { Indexed } from './indexed.ts';
import type { Standstill } from './standstills.ts';
import type { TermState } from './state.ts';

type Counting = { readonly deps: Pick<TermState['deps'], 'tally'> };

/** A look may end after a watch has told that the workload is gone, or is followed no more. */
function note({ deps, index }: Noting, known: Indexed, standing: Standing | undefined): void {
  const { uid, kind, member } = known;
  if (index.get(member.key)?.uid === uid) deps.tally.note('edits', uid, kind.kind, standing);
}

type Noting = Counting & Pick<TermState, 'index'>;

/** Counts a workload as it was judged. */
export const countJudged = (state: Noting, known: Indexed, judged: Judged): void =>
  note(state, known, standingOf(judged));

/** Counts a workload whose marks are what they should be: others may have written them. */
export const countInStep = (state: Noting, known: Indexed): void => note(state, known, IN_STEP);

/** Counts a workload that a watch has seen. `before` may be another one of the same name. */
export function countSeen({ deps }: Counting, before: Indexed | undefined, after: Indexed | undefined): void {
  if (before && before.uid !== after?.uid) deps.tally.forget('edits', before.uid);
  if (after) deps.tally.meet('edits', after.uid, after.kind.kind);
}

/** Whether it counts as one whose pods lag behind. */
export function isOut({ deps }: Counting, { uid }: Indexed): boolean {
  const state = deps.tally.stateOf(uid);
  return state === 'Drifted' || state === 'Waiting' || state === 'Held';
}

/** Whether somebody has written a workload that was out of step. It may be in step now. Our own writes are counted. */
export const mayBeBack = (
  state: Counting & Pick<TermState, 'queue'>,
  before: Indexed | undefined,
  after: Indexed,
): boolean =>
  before?.generation !== after.generation &&
  isOut(state, after) &&
  state.queue.entries.get(after.member.key)?.phase?.at !== 'bringing';

/** Of what stands still: which workloads wait for their turn, and which are kept back on purpose. */
export const waitsIn = (standstills: readonly Standstill[]): ReadonlyMap<string, Wait> =>
  new Map(
    standstills.flatMap(({ of, isMeant }) =>
      of.is === 'workload' ? [[of.workload.uid, isMeant ? 'on-purpose' : 'in-turn'] as const] : [],
    ),
  );
