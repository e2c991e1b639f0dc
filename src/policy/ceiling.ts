/** The facts for a decision about a ceiling. A hash is undefined if the template carries none. */
export interface CeilingFacts {
  readonly replicasBefore: number;
  readonly replicasWanted: number;
  readonly replicaSetHash: string | undefined;
  /** The workload that controls the ReplicaSet. Undefined: no workload does (any more). */
  readonly owner:
    | {
        readonly hash: string | undefined;
        /** The workload has the label `lockstep.dev/inject: disabled`. */
        readonly disabled: boolean;
        readonly paused: boolean;
        readonly failed: boolean;
      }
    | undefined;
}

export type CeilingDecision =
  | { readonly action: 'cap'; readonly reason: 'stale'; readonly replicas: number }
  | {
      readonly action: 'leave';
      readonly reason: 'not-growing' | 'no-workload' | 'unmanaged' | 'current' | 'paused' | 'rollout-failed';
    };

/**
 * A stale ReplicaSet may shrink but not grow. It is stale if the template of its Deployment carries another
 * config hash. If the Deployment is paused or its rollout has failed, no new pods would replace the missing
 * ones. Capacity comes first then, and the ReplicaSet may grow.
 */
export function decideCeiling(facts: CeilingFacts): CeilingDecision {
  const { owner } = facts;
  if (facts.replicasWanted <= facts.replicasBefore) return { action: 'leave', reason: 'not-growing' };
  if (!owner) return { action: 'leave', reason: 'no-workload' };
  if (owner.disabled) return { action: 'leave', reason: 'unmanaged' };
  if (owner.hash === undefined || owner.hash === facts.replicaSetHash)
    return { action: 'leave', reason: 'current' };
  if (owner.paused) return { action: 'leave', reason: 'paused' };
  if (owner.failed) return { action: 'leave', reason: 'rollout-failed' };
  return { action: 'cap', reason: 'stale', replicas: facts.replicasBefore };
}
