/** What a ceiling rests on. A hash is undefined where the template carries none. */
export interface CeilingFacts {
  readonly replicasBefore: number;
  readonly replicasWanted: number;
  readonly replicaSetHash: string | undefined;
  /** Undefined: the ReplicaSet has no Deployment (any more). */
  readonly deployment:
    | {
        readonly hash: string | undefined;
        readonly managed: boolean;
        readonly paused: boolean;
        readonly failed: boolean;
      }
    | undefined;
}

export type CeilingDecision =
  | { readonly action: 'hold'; readonly reason: 'stale'; readonly replicas: number }
  | {
      readonly action: 'leave';
      readonly reason:
        | 'not-growing'
        | 'no-deployment'
        | 'unmanaged'
        | 'current'
        | 'paused'
        | 'rollout-failed';
    };

/**
 * A stale ReplicaSet may shrink but not grow: one whose Deployment's template carries another config hash. Where the
 * Deployment is paused or its rollout has failed, no new pods would come instead: there, capacity comes first.
 */
export function decideCeiling(facts: CeilingFacts): CeilingDecision {
  const { deployment } = facts;
  if (facts.replicasWanted <= facts.replicasBefore) return { action: 'leave', reason: 'not-growing' };
  if (!deployment) return { action: 'leave', reason: 'no-deployment' };
  if (!deployment.managed) return { action: 'leave', reason: 'unmanaged' };
  if (deployment.hash === undefined || deployment.hash === facts.replicaSetHash)
    return { action: 'leave', reason: 'current' };
  if (deployment.paused) return { action: 'leave', reason: 'paused' };
  if (deployment.failed) return { action: 'leave', reason: 'rollout-failed' };
  return { action: 'hold', reason: 'stale', replicas: facts.replicasBefore };
}
