import { templateMarksOf } from '../marks/marks.ts';
import { type CeilingFacts, decideCeiling } from '../policy/ceiling.ts';
import { injectLabel } from '../policy/managed.ts';
import { staleGrowthWarning } from '../policy/warnings.ts';
import { sizePatch } from '../workloads/replica-set.ts';
import { displayName, type Workload } from '../workloads/workload.ts';
import { readController } from './controller.ts';
import type { ReviewDeps } from './deps.ts';
import { cap, leave, type Outcome } from './outcome.ts';
import type { CeilingRequest } from './review.ts';

/** Why a stale ReplicaSet may grow in these cases: capacity comes first. */
const WHY_UNCAPPED: Readonly<Record<string, string>> = {
  paused: 'its deployment is paused',
  'rollout-failed': 'its deployment’s rollout has failed',
};

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
  const { object, oldObject, namespace } = request;
  const replicasBefore = oldObject?.spec.replicas ?? 0;
  const replicasWanted = object.spec.replicas ?? 0;
  const kinds = deps.kinds.filter(({ ceiling }) => ceiling);
  const owner =
    replicasWanted > replicasBefore
      ? await readController(deps, kinds, namespace, object.metadata, signal)
      : undefined;
  const replicaSetHash = templateMarksOf(object.spec.template?.metadata?.annotations).hash;
  const facts = { replicasBefore, replicasWanted, replicaSetHash, owner: ownerFacts(owner) };
  const decision = decideCeiling(facts);
  if (decision.action === 'cap') return cap(sizePatch(object, decision.replicas));
  const why = WHY_UNCAPPED[decision.reason];
  const name = displayName('replicaset', object.metadata);
  return leave(decision.reason, why === undefined ? [] : [staleGrowthWarning(name, why)]);
}
