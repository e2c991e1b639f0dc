import { pinnedSources } from '../copies/pins.ts';
import { type Brought, bring } from '../in-step/bring.ts';
import { decisionWarnings } from '../in-step/warnings.ts';
import { templateMarksOf } from '../marks/marks.ts';
import { remadePodMessage } from '../policy/node-words.ts';
import { summaryOf } from '../policy/summary.ts';
import { DAEMON_SET } from '../workloads/daemon-set.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import { reportDecision } from './decision-event.ts';
import type { ReviewDeps } from './deps.ts';
import { reportDiffers } from './differs-event.ts';
import { type Denial, leave, type Outcome, outcomeOf } from './outcome.ts';
import { reportRemade } from './remade-event.ts';
import type { NodeRequest } from './review.ts';

/**
 * Why a pod is refused, once: this very review has given its DaemonSet a new template, and the pod was made from the
 * old one. A DaemonSet never asks for an older template, so its controller comes back with the new one. Undefined: the
 * pod is one of the present template, as far as this review knows.
 */
function denialOf({ read, patched, assessment }: Extract<Brought, { kind: 'brought' }>): Denial | undefined {
  // The API server counts generations of the spec. Marks on the DaemonSet itself change nothing for its pods.
  if (!patched || patched.metadata.generation === read.metadata.generation) return undefined;
  const { decision, name } = assessment;
  if (decision.action === 'leave') return undefined;
  const [why = summaryOf(decision, name)] = decisionWarnings(assessment);
  return { code: 409, reason: 'Conflict', message: remadePodMessage(why) };
}

/**
 * Reviews a pod that a DaemonSet makes: a node has joined, or a pod is replaced. No other call tells of that, so the
 * pod is what a scale-up is for other kinds. lockstep brings the DaemonSet into step, and refuses the pod if its
 * template has become an older one by that. In every other case the pod goes through.
 *
 * A pod that reads copies starts with the configuration of its template, so it asks for no rollout. While copies are
 * switched off, pods read their sources live, whatever their annotations name.
 */
export async function reviewNode(
  deps: ReviewDeps,
  request: NodeRequest,
  { pinNamespace, mode, signal }: Pick<ReviewContext, 'pinNamespace' | 'mode' | 'signal'>,
): Promise<Outcome> {
  const { namespace, object: pod } = request;
  const dryRun = request.dryRun ?? false;
  const kind = deps.kinds.find((row) => row === DAEMON_SET);
  if (!kind) return leave('unknown-kind');
  const owner = controllerOf(pod.metadata, kind.kind);
  if (!owner) return leave('no-daemonset');
  const readsCopies = deps.copies && pinnedSources(templateMarksOf(pod.metadata.annotations)).length > 0;
  if (readsCopies) return leave('pinned');
  const { name, uid } = owner;
  const target = { operation: 'node', kind, namespace, name, uid, pinNamespace, signal } as const;
  // Never `deny`: a node needs its pods, and among them may be the network's, without which lockstep itself cannot run.
  const brought = await bring(deps, target, { dryRun, onError: 'allow', mode });
  if (brought.kind !== 'brought') return leave('workload-gone');
  reportRemade(deps, brought.read, brought.assessment, dryRun);
  const does = `creating ${displayName('pod', pod.metadata)}`;
  const caller = { user: request.userInfo?.username ?? undefined, does };
  const isWritten = brought.patched !== undefined;
  reportDecision(deps, { before: brought.read, prepared: brought, caller, dryRun, isWritten });
  reportDiffers(deps, brought.read, brought.assessment, dryRun);
  return outcomeOf(brought, [], denialOf(brought));
}
