import type { Brought, Target } from '../in-step/bring.ts';
import { marksOf } from '../marks/marks.ts';
import { editedNote } from './edited-note.ts';
import { type Indexed, idsOf } from './indexed.ts';
import { noteShown, type Shown } from './shown.ts';
import type { TermState } from './state.ts';
import { stepAfter } from './steps.ts';
import type { Task } from './tasks.ts';

/** The calls of a look or a write take less than a second in all, unless the API server is in trouble. */
const STEP_MS = 60_000;

/** What `bring` and a look at pods need to know. */
export const targetOf = (
  { kind, name, uid, member }: Indexed,
  signal: AbortSignal,
): Target & { readonly uid: string } => ({
  kind,
  namespace: member.namespace,
  name,
  uid,
  operation: 'edit',
  // The port looks at the namespace itself.
  pinNamespace: false,
  signal: AbortSignal.any([signal, AbortSignal.timeout(STEP_MS)]),
});

async function judge(
  { deps, reports, signal }: TermState,
  known: Indexed,
  { cause }: Extract<Task, { do: 'judge' }>,
): Promise<Shown> {
  const judged = await deps.ports.bring(targetOf(known, signal), true);
  const step = stepAfter(judged, cause);
  switch (step.do) {
    case 'leave':
      reports.onLeft(known, judged, cause);
      return { shows: 'nothing' };
    case 'write':
      await deps.ports.bring(targetOf(known, signal), false);
      return { shows: 'nothing' };
    case 'roll':
      return { shows: 'moved', moved: step.moved.map((id) => `${known.member.namespace}/${id}`) };
    default:
      return step satisfies never;
  }
}

/** Whether the workload carries the marks of the decision now, whoever wrote them. */
function isWritten({ patched, read, assessment }: Extract<Brought, { kind: 'brought' }>): boolean {
  const { decision } = assessment;
  if (decision.action !== 'write') return false;
  return patched !== undefined || marksOf(read).hash === decision.marks.hash;
}

async function bring(
  { deps, reports, follows, signal }: TermState,
  known: Indexed,
  { moved }: Extract<Task, { do: 'bring' }>,
): Promise<Shown> {
  const notes = editedNote({ atMs: deps.clock.now(), moved: idsOf(moved) });
  const brought = await deps.ports.bring({ ...targetOf(known, signal), notes }, false);
  if (brought.kind !== 'brought') return { shows: 'nothing' };
  if (!isWritten(brought)) {
    reports.onLeft(known, brought, 'edit');
    return { shows: 'nothing' };
  }
  const { patched, read } = brought;
  reports.onRolled(known, brought);
  follows.set(known.member.key, {
    generation: (patched ?? read).metadata.generation ?? 0,
    failure: read.rollout.failure,
    pods: 'not-looked',
  });
  return { shows: 'rolling', moved };
}

/** Does a task of the queue, and tells it what that has shown. It never rejects. */
export async function perform(state: TermState, task: Task): Promise<void> {
  const { index, queue, reports, wake, signal } = state;
  const known = index.get(task.key);
  let shown: Shown = { shows: 'nothing' };
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
