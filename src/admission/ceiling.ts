import { templateMarksOf } from '../marks/marks.ts';
import { type CeilingFacts, decideCeiling } from '../policy/ceiling.ts';
import { injectLabel } from '../policy/managed.ts';
import { staleGrowthWarning } from '../policy/warnings.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import { displayName, type Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { cap, leave, type Outcome } from './outcome.ts';
import type { CeilingRequest } from './review.ts';

const CAPACITY_FIRST: Readonly<Record<string, string>> = {
  paused: 'its deployment is paused',
  'rollout-failed': 'its deployment’s rollout has failed',
};

/**
 * The workload that controls a ReplicaSet; undefined where it is none that has a ceiling, or has been made
 * anew.
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
    // One of the same name that was made anew is not the owner.
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

/** A ReplicaSet's growth: a stale one is answered with the replicas that it had. */
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
  if (decision.action === 'cap') return cap(decision.replicas);
  const why = CAPACITY_FIRST[decision.reason];
  const name = displayName('replicaset', object.metadata);
  return leave(decision.reason, why === undefined ? [] : [staleGrowthWarning(name, why)]);
}
