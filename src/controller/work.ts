import type { Judged } from '../census/standing.ts';
import { marksOf } from '../marks/marks.ts';
import { progressOf } from '../workloads/progress.ts';
import type { Workload } from '../workloads/workload.ts';
import { countInStep, countJudged } from './counted.ts';
import { editedNote } from './edited-note.ts';
import type { Contents } from './entry.ts';
import { contentsOf, type Indexed, idOfSource, idsOf, sourceKey } from './indexed.ts';
import type { ControllerTarget } from './ports.ts';
import { NOTHING, noteShown, type Shown } from './shown.ts';
import type { TermState } from './state.ts';
import { type Moves, stepAfter } from './steps.ts';
import type { Task } from './tasks.ts';

/** The calls of a look or a write take less than a second in all, unless the API server is in trouble. */
const STEP_MS = 60_000;

/** What `bring` and a look at pods need to know. */
export const targetOf = (
  { kind, name, uid, member }: Indexed,
  signal: AbortSignal,
): ControllerTarget & { readonly uid: string } => ({
  kind,
  namespace: member.namespace,
  name,
  uid,
  operation: 'edit',
  signal: AbortSignal.any([signal, AbortSignal.timeout(STEP_MS)]),
});

const ownContents = ({ member }: Indexed, workload: Workload): Contents =>
  contentsOf(workload, member.sources.map(idOfSource));

function movesIn({ member }: Indexed, { moved, live }: Moves) {
  const key = (id: string) => sourceKey(member.namespace, id);
  return {
    moved: moved.map(key),
    live: new Map(Object.entries(live).map(([id, content]) => [key(id), content])),
  };
}

/** @param failure the failure that the workload had before */
function follow(
  { follows }: TermState,
  { member }: Indexed,
  { metadata }: Workload,
  failure: string | undefined,
): void {
  follows.set(member.key, { generation: metadata.generation ?? 0, failure, pods: 'not-looked' });
}

async function judge(
  state: TermState,
  known: Indexed,
  { cause }: Extract<Task, { do: 'judge' }>,
): Promise<Shown> {
  const { deps, reports, queue, signal } = state;
  const judged = await deps.ports.bring(targetOf(known, signal), true);
  countJudged(state, known, judged);
  const step = stepAfter(judged, cause);
  switch (step.do) {
    case 'nothing':
      reports.onLeft(known, judged, cause);
      // A write that got no answer has begun a rollout after all.
      if (queue.entries.get(known.member.key)?.tried) follow(state, known, step.read, undefined);
      return { shows: 'in-step', contents: ownContents(known, step.read) };
    case 'leave':
      reports.onLeft(known, judged, cause);
      return { shows: 'left', ...movesIn(known, step) };
    case 'write': {
      const brought = await deps.ports.bring(targetOf(known, signal), false);
      countJudged(state, known, brought);
      reports.onWritten(known, brought);
      return { shows: 'left', ...movesIn(known, step) };
    }
    case 'roll':
      return { shows: 'moved', ...movesIn(known, step) };
    default:
      return step satisfies never;
  }
}

/** Whether the workload carries the marks of the decision now, whoever wrote them. */
function isWritten({ patched, read, assessment }: Extract<Judged, { kind: 'brought' }>): boolean {
  const { decision } = assessment;
  if (decision.action !== 'write') return false;
  return patched !== undefined || marksOf(read).hash === decision.marks.hash;
}

async function bring(
  state: TermState,
  known: Indexed,
  { moved }: Extract<Task, { do: 'bring' }>,
): Promise<Shown> {
  const { deps, reports, signal } = state;
  const notes = editedNote({ atMs: deps.clock.now(), moved: idsOf(moved) });
  const brought = await deps.ports.bring({ ...targetOf(known, signal), notes }, false);
  countJudged(state, known, brought);
  if (brought.kind !== 'brought') return NOTHING;
  if (!isWritten(brought)) {
    reports.onLeft(known, brought, 'edit');
    return NOTHING;
  }
  const { patched, read } = brought;
  countInStep(state, known);
  reports.onRolled(known, brought);
  follow(state, known, patched ?? read, read.rollout.failure);
  return {
    shows: 'rolling',
    moved,
    contents: ownContents(known, patched ?? read),
    hadFailed: progressOf(read) === 'failed',
  };
}

/** Does a task of the queue, and tells it what that has shown. It never rejects. */
export async function perform(state: TermState, task: Task): Promise<void> {
  const { index, queue, reports, wake, signal } = state;
  const known = index.get(task.key);
  let shown: Shown = NOTHING;
  try {
    if (known) shown = await (task.do === 'judge' ? judge(state, known, task) : bring(state, known, task));
  } catch (error) {
    if (signal.aborted) return;
    reports.onError(error);
    shown = { shows: 'failure' };
  }
  noteShown(queue, task.key, shown, state.now());
  wake.up();
}
