import type { Call } from './gather.ts';
import type { PresentRevision, Workloads } from './ports.ts';

/** What keeps the template that the workload had before the call, or the revision that it adopts. */
export async function readPresentRevision(
  workloads: Pick<Workloads, 'presentRevision'>,
  { workload, before = workload, adopts, signal }: Call,
): Promise<PresentRevision> {
  return adopts === undefined ? workloads.presentRevision(before, signal) : { kind: 'found', id: adopts };
}
