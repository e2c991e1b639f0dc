import type { Operation } from 'fast-json-patch';
import type { LockstepError } from '../errors.ts';
import { startsLiveWarning } from '../policy/copy-warnings.ts';
import { type Pointed, pointAt, type Target } from '../references/point.ts';
import { type Reference, references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import { usages } from '../references/usage.ts';
import type { Pod } from '../workloads/pod.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { FAIL_REASONS, fail, leave, type Outcome, pin } from './outcome.ts';
import { copyRefsOf, type PodCall, type PodDeps, resolveCopies } from './pod-copies.ts';
import type { PodRequest } from './review.ts';

/** Enough time for one call. The answer to the pod does not wait for it. */
const EVENT_MS = 5_000;

/**
 * Points the references that the notes of their copies do not cover. A copy may have been
 * made for another workload, which uses other keys and still comes to the same digest.
 * That happens if a source has one key: one workload names the key, the other takes all
 * keys. The copy holds what the pod's own workload refers to, whatever its note says.
 */
async function pointRest(
  deps: PodDeps,
  call: PodCall,
  pod: Pod,
  { patch, uncovered }: Pointed,
  targets: ReadonlyMap<string, Target>,
): Promise<Pointed> {
  if (uncovered.length === 0) return { patch, uncovered };
  const found = await deps.replicaSets.read(call.namespace, call.replicaSet.name, call.signal);
  const own = new Map(
    usages(references(found?.spec.template ?? {})).map((usage) => [sourceId(usage), usage]),
  );
  const rest = pointAt(pod, uncovered, (reference) => {
    const target = targets.get(sourceId(reference));
    if (!target || target.holds === 'none') return target;
    return { ...target, holds: own.get(sourceId(reference)) ?? target.holds };
  });
  return { patch: [...patch, ...rest.patch], uncovered: rest.uncovered };
}

const whyUncovered = ({ where, kind, name }: Reference) =>
  `${where} uses more of ${kind}/${name} than its workload’s template does`;

/**
 * Reports that some references of a pod stay live. A warning goes to the
 * caller. An Event says it as well, because no user sees the warnings of a pod.
 */
function reportLiveReferences(
  deps: PodDeps,
  { namespace, replicaSet, dryRun }: PodCall,
  pod: Pod,
  failure: LockstepError | undefined,
  whys: readonly string[],
  patch: readonly Operation[],
): Outcome {
  if (!dryRun) {
    const signal = AbortSignal.timeout(EVENT_MS);
    const about = { ...replicaSet, namespace };
    deps.events.record('NotPinned', about, whys.join('; '), signal).catch(() => undefined);
  }
  const warnings = whys.map((why) => startsLiveWarning(displayName('pod', pod.metadata), why));
  return failure ? fail(FAIL_REASONS[failure.code], warnings, patch) : pin('uncovered', patch, warnings);
}

/**
 * Reviews a pod's create: points its references at the copies that its own annotations
 * name. If that is not possible, `onError` says what happens. Either the reference stays
 * live and lockstep reports it, or the pod is denied, and its controller tries again.
 */
export async function reviewPod(
  deps: ReviewDeps,
  request: PodRequest,
  { onError, signal }: ReviewContext,
): Promise<Outcome> {
  const { object: pod, namespace } = request;
  const { copies } = deps;
  if (!copies) return leave('switched-off');
  const replicaSet = controllerOf(pod.metadata, 'ReplicaSet');
  if (!replicaSet) return leave('no-replicaset');
  const podReferences = references(pod);
  const copyRefs = copyRefsOf(pod, podReferences);
  if (copyRefs.length === 0) return leave('nothing-pinned');
  const podDeps = { ...deps, copies };
  const { name, uid } = replicaSet;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid };
  const call = { namespace, replicaSet: owner, dryRun: request.dryRun ?? false, signal };
  const { targets, failures } = await resolveCopies(podDeps, call, copyRefs);
  const [failure] = failures;
  if (failure && onError === 'deny') throw failure;
  const pointed = pointAt(pod, podReferences, (reference) => targets.get(sourceId(reference)));
  const { patch, uncovered } = await pointRest(podDeps, call, pod, pointed, targets);
  const whys = [...new Set([...failures.map(({ message }) => message), ...uncovered.map(whyUncovered)])];
  if (whys.length === 0) return pin('pinned', patch);
  return reportLiveReferences(podDeps, call, pod, failure, whys, patch);
}
