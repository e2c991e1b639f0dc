import type { WorkloadState } from '../../in-step/workload-state.ts';
import type { Workload } from '../../workloads/workload.ts';
import { askAbout } from '../ask.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import { unlessForbidden } from '../forbidden.ts';
import { gatherEvidence, type Read } from '../gather.ts';
import { judge } from '../judge.ts';
import { reportOf } from '../report.ts';
import type { Session } from '../session.ts';

/** A workload, and what a command makes of it. Both have the same template. */
export interface Update {
  readonly workload: Workload;
  readonly after: Workload;
}

/** Where a workload stands if an update that leaves its template alone restarts no pod. */
const SETTLED: readonly WorkloadState[] = ['InStep', 'NotManaged', 'Held'];

/**
 * Why updates may roll pods although they change no template: each is a call, and lockstep brings a workload into step
 * at a call.
 * @param read what the workloads were read with
 * @returns a sentence for each workload of which it is not certain that nothing rolls
 */
export async function doubtsAbout(
  session: Pick<Session, 'assessments' | 'client' | 'signal'>,
  cluster: ClusterPolicy,
  updates: readonly Update[],
  read: Read,
): Promise<ReadonlyMap<Workload, string>> {
  const variants = updates.flatMap(({ workload, after }) => [workload, after]);
  const gather = () => gatherEvidence(session, cluster, variants, read);
  const evidence = await unlessForbidden(session, gather, undefined);
  if (!evidence)
    return new Map(
      updates.map(({ workload }) => [
        workload,
        'you may not read ConfigMaps, so whether it is in step is not known',
      ]),
    );
  const settled = evidence.policy.inDoubt === 'record' ? [...SETTLED, 'NotRecorded'] : SETTLED;
  const doubts = new Map<Workload, string>();
  for (const { workload, after } of updates) {
    const judged = await askAbout(session, [await judge(evidence, workload), await judge(evidence, after)]);
    const unsettled = judged.map(reportOf).find(({ state }) => !settled.includes(state));
    if (unsettled) doubts.set(workload, unsettled.message);
  }
  return doubts;
}
