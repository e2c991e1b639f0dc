import { controllerOf, type OwnedMeta } from '../workloads/replica-set.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';

/**
 * Reads the workload that controls a revision. Undefined if none of these kinds does, or if the cluster has
 * no such workload with the uid that the revision names. It may have been made anew, or be invented.
 */
export async function readController(
  { workloads }: Pick<ReviewDeps, 'workloads'>,
  kinds: readonly WorkloadKind[],
  namespace: string,
  revision: OwnedMeta,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  for (const kind of kinds) {
    const owner = controllerOf(revision, kind.kind);
    if (!owner) continue;
    const workload = await workloads.read(kind, namespace, owner.name, signal);
    return workload?.metadata.uid === owner.uid ? workload : undefined;
  }
  return undefined;
}
