import type { WorkloadState } from '../../in-step/workload-state.ts';
import type { Workload } from '../../workloads/workload.ts';
import { askAbout } from '../ask.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import { unlessForbidden } from '../forbidden.ts';
import { gatherEvidence, type Read } from '../gather.ts';
import { isJudged, type Judged, judge, type NotJudged } from '../judge.ts';
import { reportOf } from '../report.ts';
import type { Session } from '../session.ts';

/** A workload, and what a command makes of it. Both have the same template. */
export interface Update {
  readonly workload: Workload;
  readonly after: Workload;
}

/** What was read of the cluster before. */
export interface Known extends Read {
  readonly cluster: ClusterPolicy;
  /** Not all workloads were read, so one that takes the template of another may be missing. */
  readonly isPart: boolean;
}

/** Where a workload stands if an update that leaves its template alone restarts no pod. */
const SETTLED: readonly WorkloadState[] = ['InStep', 'NotManaged', 'Held'];

/** What keeps anybody here from telling where a workload stands. */
function blindness({ templateRef }: Workload, { cluster }: Known): string | undefined {
  if (cluster.note !== undefined) return `how lockstep is set up is not known: ${cluster.note}`;
  if (templateRef) return 'it takes its template from another workload, which lockstep then looks at, too';
  return undefined;
}

/** Why a workload may be out of step. Undefined: it is not. */
function doubtOf(judged: Judged | NotJudged, { cluster, namespaces, isPart }: Known): string | undefined {
  const { state, reason, message } = reportOf(judged);
  if (reason === 'unmanaged' && !namespaces) return 'you may not read the labels of its namespace';
  // It has no pods of its own. A Rollout that was not read may run it.
  if (reason === 'no-pods' && isPart)
    return 'its sources have changed, and a Rollout may make pods of its template';
  if (state === 'NotRecorded' && cluster.policy.inDoubt === 'record') return undefined;
  return SETTLED.includes(state) ? undefined : message;
}

/** lockstep answers about what is stored. That holds for what a command makes of it if both were judged alike here. */
function answeredAs(asked: Judged | NotJudged, after: Judged | NotJudged): Judged | NotJudged {
  if (!isJudged(asked) || !isJudged(after) || !asked.answer) return after;
  const isAlike =
    asked.assessment.decision.reason === after.assessment.decision.reason &&
    [...asked.unknown].sort().join() === [...after.unknown].sort().join();
  return isAlike ? { ...after, answer: asked.answer } : after;
}

/**
 * Why updates may roll pods although they change no template: each is a call, and lockstep brings a workload into step
 * at a call.
 * @returns a sentence for each workload of which it is not certain that nothing rolls
 */
export async function doubtsAbout(
  session: Pick<Session, 'assessments' | 'client' | 'signal'>,
  updates: readonly Update[],
  known: Known,
): Promise<ReadonlyMap<Workload, string>> {
  const variants = updates.flatMap(({ workload, after }) => [workload, after]);
  const gather = () => gatherEvidence(session, known.cluster, variants, known);
  const evidence = await unlessForbidden(session, gather, undefined);
  if (!evidence) {
    const why = 'you may not read ConfigMaps, so whether it is in step is not known';
    return new Map(updates.map(({ workload }) => [workload, why]));
  }
  const before: (Judged | NotJudged)[] = [];
  for (const { workload } of updates) before.push(await judge(evidence, workload));
  const asked = await askAbout(session, before);
  const doubts = new Map<Workload, string>();
  for (const [i, { workload, after }] of updates.entries()) {
    const stored = asked[i];
    if (!stored) continue;
    const then = answeredAs(stored, await judge(evidence, after));
    const doubt = blindness(workload, known) ?? doubtOf(stored, known) ?? doubtOf(then, known);
    if (doubt !== undefined) doubts.set(workload, doubt);
  }
  return doubts;
}
