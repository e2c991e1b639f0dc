import { canonicalJson } from '../digest/canonical.ts';
import { valueAt } from '../workloads/fields.ts';
import { annotationsOfUsers, type Workload } from '../workloads/workload.ts';

/** What a workload says, except what its controller writes and how its users deploy and scale it. */
const textOf = (workload: Workload): string =>
  canonicalJson([workload.metadata.labels ?? {}, annotationsOfUsers(workload), workload.template]);

/** Whether an annotation that only the controller writes has another value. A user's replace drops it. */
const hasNote = (before: Workload, { kind, metadata }: Workload): boolean =>
  kind.controllerAnnotations.some((name) => {
    const note = metadata.annotations?.[name];
    return note !== undefined && note !== before.metadata.annotations?.[name];
  });

const REPLICAS = ['spec', 'replicas'];

/** Whether the number of replicas is now written that was meant before. */
const hasDefault = (before: Workload, workload: Workload): boolean =>
  (valueAt(before.object, REPLICAS) ?? undefined) === undefined &&
  valueAt(workload.object, REPLICAS) === workload.replicas;

/**
 * Whether an update is one of the workload's controller, which writes the whole object to note something on it. The
 * name of its account tells nothing: each installation has another. So the content tells, and nobody gains by
 * imitating it: the template and its marks are as before.
 */
export function isControllersWrite(before: Workload, workload: Workload): boolean {
  if (!workload.kind.isCustom || before.replicas !== workload.replicas) return false;
  if (!hasNote(before, workload) && !hasDefault(before, workload)) return false;
  return textOf(before) === textOf(workload);
}
