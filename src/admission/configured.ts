import { asksToBeHeld, refusedPodMessage } from '../policy/until-configured.ts';
import { kindOfObject } from '../workloads/kinds.ts';
import type { Pod } from '../workloads/pod.ts';
import { workloadNameOf } from '../workloads/pod-owner.ts';
import { originOf, type PodOrigin } from '../workloads/pod-revision.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { type LeaveReason, leave, type Outcome, refuse } from './outcome.ts';
import { jobOf, readLacking, readLackingOfPod } from './pod-lacks.ts';
import type { PodRequest } from './review.ts';

/** Who makes the pod again if it is refused, or why it is not held, whatever it lacks. */
function makerOf({ untilConfigured, kinds }: ReviewDeps, pod: Pod): PodOrigin | 'job' | LeaveReason {
  if (!untilConfigured) return 'switched-off';
  if (!asksToBeHeld(pod.metadata.annotations)) return 'not-asked';
  if (jobOf(pod)) return untilConfigured.jobs ? 'job' : 'unknown-kind';
  const origin = originOf(pod.metadata, kinds);
  if (origin === 'none') return 'no-controller';
  return origin === 'kind-off' ? 'unknown-kind' : origin;
}

/**
 * Whether the pod's workload still asks to wait for something. A StatefulSet makes some pods of earlier templates:
 * below a partition, say. While one of them is refused, its controller does nothing else. So nothing is refused there
 * for the sake of a template that somebody has mended since.
 */
async function stillWaits(
  deps: ReviewDeps,
  namespace: string,
  { controller, refusedPodBlocks }: PodOrigin,
  signal: AbortSignal,
): Promise<boolean> {
  if (!refusedPodBlocks) return true;
  const kind = kindOfObject(deps.kinds, controller);
  const workload = kind && (await deps.workloads.read(kind, namespace, controller.name, signal));
  if (workload?.metadata.uid !== controller.uid) return false;
  const { template } = workload;
  if (!asksToBeHeld(template.metadata?.annotations)) return false;
  return (await readLacking(deps, namespace, template, signal)).length > 0;
}

/**
 * Reviews a pod's create, if its template asks to be held until it is configured: the pod is refused while something is
 * missing that the kubelet does not start it without. Its controller tries again.
 *
 * Whatever goes wrong, the pod goes through, also with `on-error: deny`: the kubelet then holds it. Nothing is written,
 * and whoever invents a pod harms only that pod. So nothing else is checked.
 */
export async function reviewConfigured(
  deps: ReviewDeps,
  { object: pod, namespace }: Pick<PodRequest, 'object' | 'namespace'>,
  { signal }: Pick<ReviewContext, 'signal'>,
): Promise<Outcome> {
  const maker = makerOf(deps, pod);
  if (typeof maker === 'string' && maker !== 'job') return leave(maker);
  const lacking = await readLackingOfPod(deps, namespace, pod, signal);
  if (lacking.length === 0) return leave('configured');
  if (maker !== 'job' && !(await stillWaits(deps, namespace, maker, signal))) return leave('mended');
  const name = workloadNameOf(pod.metadata) ?? displayName('pod', pod.metadata);
  return refuse(refusedPodMessage(lacking, namespace, name));
}
