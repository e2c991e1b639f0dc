import type { Operation } from 'fast-json-patch';
import { CONFIG_HASH } from '../marks/marks.ts';
import { decideCeiling } from '../policy/ceiling.ts';
import { injectLabel } from '../policy/managed.ts';
import { staleGrowth } from '../policy/warnings.ts';
import { type Deployment, displayName, rolloutFailed } from '../workloads/deployment.ts';
import { controllingDeployment } from '../workloads/replica-set.ts';
import type { AdmissionDeps } from './judge.ts';
import type { Outcome } from './response.ts';
import type { CeilingRequest } from './review.ts';

const CAPACITY_FIRST = {
  paused: 'its deployment is paused',
  'rollout-failed': 'its deployment’s rollout has failed',
};

function factsOf(deployment: Deployment | undefined) {
  if (!deployment) return undefined;
  return {
    hash: deployment.spec.template.metadata?.annotations?.[CONFIG_HASH],
    managed: injectLabel(deployment.metadata.labels).says !== 'disabled',
    paused: deployment.spec.paused ?? false,
    failed: rolloutFailed(deployment),
  };
}

/** A ReplicaSet's growth: a stale one is answered with the replicas that it had. */
export async function reviewCeiling(
  deps: Pick<AdmissionDeps, 'workloads'>,
  request: CeilingRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object, oldObject, namespace } = request;
  const replicasBefore = oldObject?.spec.replicas ?? 0;
  const replicasWanted = object.spec.replicas ?? 0;
  const owner = replicasWanted > replicasBefore ? controllingDeployment(object.metadata) : undefined;
  const read = owner ? await deps.workloads.deployment(namespace, owner.name, signal) : undefined;
  // One of the same name that was made anew is not the owner.
  const deployment = factsOf(read?.metadata.uid === owner?.uid ? read : undefined);
  const replicaSetHash = object.spec.template?.metadata?.annotations?.[CONFIG_HASH];
  const decision = decideCeiling({ replicasBefore, replicasWanted, replicaSetHash, deployment });
  if (decision.action === 'hold') {
    const patch: Operation[] = [{ op: 'replace', path: '/spec/replicas', value: decision.replicas }];
    return { decision: 'hold', reason: decision.reason, warnings: [], patch };
  }
  const why =
    decision.reason === 'paused' || decision.reason === 'rollout-failed'
      ? CAPACITY_FIRST[decision.reason]
      : undefined;
  const name = displayName('replicaset', object.metadata);
  return {
    decision: 'leave',
    reason: decision.reason,
    warnings: why === undefined ? [] : [staleGrowth(name, why)],
  };
}
