import { LockstepError } from '../errors.ts';
import type { Decision, Facts } from '../policy/decision.ts';
import { isRemade, suspects } from '../policy/remade.ts';
import type { PodTimes } from '../workloads/pod-times.ts';
import type { Call } from './gather.ts';
import type { InStepDeps } from './ports.ts';
import { readPresentRevision } from './present-revision.ts';

/** Undefined: they are not known. The answer is for a warning only, so a failed read fails no review. */
async function readPods(
  { workloads }: Pick<InStepDeps, 'workloads'>,
  call: Call,
): Promise<readonly PodTimes[] | undefined> {
  const { workload, before = workload, signal } = call;
  try {
    const revision = await readPresentRevision(workloads, call);
    return revision.kind === 'found' ? await workloads.pods(before, revision.id, signal) : undefined;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return undefined;
  }
}

/**
 * Ids of the immutable sources that were deleted and made anew under their names while pods ran. It reads only if
 * there may be one.
 */
export async function readRemade(
  deps: Pick<InStepDeps, 'workloads'>,
  call: Call,
  decision: Decision,
  facts: Facts,
  {
    immutableSince,
    pinnedIds,
  }: { immutableSince: ReadonlyMap<string, number>; pinnedIds: readonly string[] },
): Promise<string[]> {
  const found = suspects(decision, facts, immutableSince, pinnedIds);
  if (found.length === 0) return [];
  const pods = await readPods(deps, call);
  const workloadMade = Date.parse(call.workload.metadata.creationTimestamp ?? '') / 1000;
  return found.filter((suspect) => isRemade(suspect, pods, workloadMade)).map(({ id }) => id);
}
