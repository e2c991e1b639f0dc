import { marksOf, templateMarksOf, withMarks } from '../marks/marks.ts';
import { MARKS } from '../marks/table.ts';
import type { Call } from './gather.ts';
import type { InStepDeps, Orphan } from './ports.ts';
import { scopeOf } from './scope.ts';

/**
 * The marks that the workload would have if it had never been deleted. A baseline counts only for its template.
 * The Deployment controller never removes an annotation of a ReplicaSet, so a hold may be an old one. It
 * counts only if the new workload has it, too.
 */
function marksBefore({ workload }: Pick<Call, 'workload'>, { annotations, templateAnnotations }: Orphan) {
  const held = annotations[MARKS.held.name];
  return {
    ...templateMarksOf(templateAnnotations),
    baseline: annotations[MARKS.baseline.name],
    held: held === marksOf(workload).held ? held : undefined,
  };
}

/**
 * A workload may be deleted without its revisions and pods, and made again. It adopts those that have its
 * template. Then the call is judged as an update of the workload that was deleted, so its pods can stay.
 *
 * A workload without configuration costs no read.
 * @throws LockstepError WORKLOAD_TOO_LARGE, and what the ports throw
 */
export async function withOrphan(deps: InStepDeps, call: Call): Promise<Call> {
  const { workload, before, operation, signal } = call;
  if (operation !== 'create' || before) return call;
  if (scopeOf(deps, workload).references.length === 0) return call;
  const orphan = await deps.workloads.orphan(workload, signal);
  if (!orphan) return call;
  return { ...call, before: withMarks(workload, marksBefore(call, orphan)), adopts: orphan.id };
}
