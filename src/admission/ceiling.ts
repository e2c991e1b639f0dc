import { templateMarksOf } from '../marks/marks.ts';
import { type CeilingFacts, decideCeiling } from '../policy/ceiling.ts';
import { injectLabel } from '../policy/managed.ts';
import { staleGrowthWarning } from '../policy/warnings.ts';
import { controllerOf, sizePatch } from '../workloads/replica-set.ts';
import { displayName, type Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { cap, leave, type Outcome } from './outcome.ts';
import type { CeilingRequest } from './review.ts';

/** Why a stale ReplicaSet may grow in these cases: capacity comes first. */
const WHY_UNCAPPED: Readonly<Record<string, string>> = {
  paused: 'its deployment is paused',
  'rollout-failed': 'its deployment’s rollout has failed',
};

/**
 * Reads the workload that controls a ReplicaSet. Undefined if its kind
 * has no ceiling, or if the workload was deleted and created again.
 */
async function readOwner(
  { kinds, workloads }: Pick<ReviewDeps, 'kinds' | 'workloads'>,
  { object: { metadata }, namespace }: CeilingRequest,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  for (const kind of kinds.filter(({ ceiling }) => ceiling)) {
    const owner = controllerOf(metadata, kind.kind);
    if (!owner) continue;
    const workload = await workloads.read(kind, namespace, owner.name, signal);
    // A new workload of the same name is not the owner.
    return workload?.metadata.uid === owner.uid ? workload : undefined;
  }
  return undefined;
}

function ownerFacts(workload: Workload | undefined): CeilingFacts['owner'] {
  if (!workload) return undefined;
  const { metadata, template, paused, rollout } = workload;
  return {
    hash: templateMarksOf(template.metadata?.annotations).hash,
    disabled: injectLabel(metadata.labels).says === 'disabled',
    paused,
    failed: rollout.failed,
  };
}

/** Reviews the growth of a ReplicaSet. A stale one keeps the replicas that it had. */
export async function reviewCeiling(
  deps: Pick<ReviewDeps, 'kinds' | 'workloads'>,
  request: CeilingRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object, oldObject } = request;
  const replicasBefore = oldObject?.spec.replicas ?? 0;
  const replicasWanted = object.spec.replicas ?? 0;
  const owner = replicasWanted > replicasBefore ? await readOwner(deps, request, signal) : undefined;
  const replicaSetHash = templateMarksOf(object.spec.template?.metadata?.annotations).hash;
  const facts = { replicasBefore, replicasWanted, replicaSetHash, owner: ownerFacts(owner) };
  const decision = decideCeiling(facts);
  if (decision.action === 'cap') return cap(sizePatch(object, decision.replicas));
  const why = WHY_UNCAPPED[decision.reason];
  const name = displayName('replicaset', object.metadata);
  return leave(decision.reason, why === undefined ? [] : [staleGrowthWarning(name, why)]);
}
