import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { Pod } from '../workloads/pod.ts';
import { originOf } from '../workloads/pod-revision.ts';
import type { FailReason } from './outcome.ts';

/** Failures that end without anybody's help: the API server or lockstep is slow, or away. */
const PASSING: ReadonlySet<FailReason> = new Set(['api_unreachable', 'deadline_exceeded']);

/**
 * Whether a pod may be denied for this reason, if errors deny. A pod that is denied until somebody restores a copy
 * would stop a StatefulSet, also for a new template that needs no such copy. So its pods wait only for what passes.
 */
export function mayDenyPod(kinds: WorkloadKinds, { metadata }: Pod, reason: FailReason): boolean {
  if (PASSING.has(reason)) return true;
  const origin = originOf(metadata, kinds);
  return origin === 'none' || origin === 'kind-off' || !origin.refusedPodBlocks;
}
