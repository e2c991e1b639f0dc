import { isIdle, type Progress, type Workload } from './workload.ts';

/**
 * Whether the controller has seen the present template. One that takes the template of another workload writes down
 * which generation of that it has seen, beside its own. Nothing tells if it is not known which one that is.
 */
function isOfPresent({ metadata, rollout, runner }: Workload): boolean {
  if (!rollout.observed) return false;
  return !runner || (rollout.observedReferred ?? 0) >= (metadata.generation ?? 0);
}

/**
 * How far the rollout of a workload's present template is. `complete` is what `kubectl rollout status` calls so.
 * - A template that the controller has not seen is under way, whatever the status says of an earlier one.
 * - A paused workload is under way if it has pods of an earlier template: nothing proves the present one. It stays so
 *   until somebody resumes it.
 * - So does one with the strategy OnDelete, until somebody deletes its pods. Those below a partition do not count.
 *   Neither gets a pod of the template by itself, so to have none that is ready is no failure of theirs.
 * - A workload without replicas is complete.
 * - A Deployment whose ReplicaSet cannot be made is under way. Its controller then does not say that it has seen the
 *   template. No pod was replaced, so nothing speaks against the template either.
 *
 * If a template comes back, the Deployment controller takes up its old ReplicaSet. It then keeps the failure of the
 * template before it for some more writes, although it has seen the one that came back.
 * @param start the workload, with its runner, as the write has left it that began the rollout. A failure that it had
 * then is no failure of this rollout. Undefined: it is not known
 */
export function progressOf(workload: Workload, start?: Workload): Progress {
  if (isIdle(workload)) return 'complete';
  if (!isOfPresent(workload)) return 'under-way';
  const { progress, failure } = workload.rollout;
  const isEarlier = progress === 'failed' && failure !== undefined && failure === start?.rollout.failure;
  return isEarlier ? 'under-way' : progress;
}
