import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { checkOf } from './check.ts';
import { toDeadlineMs } from './deadline.ts';
import { LabelSelector } from './label-selector.ts';
import { isObserved } from './observed.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';
import type { Progress, WorkloadFields, WorkloadKind } from './workload.ts';

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  lastUpdateTime: maybe(Type.String()),
});

/** The part of an apps/v1 Deployment that lockstep reads. */
export const Deployment = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    replicas: maybe(Type.Integer()),
    paused: maybe(Type.Boolean()),
    progressDeadlineSeconds: maybe(Type.Integer()),
    strategy: maybe(Type.Object({ type: maybe(Type.String()) })),
    selector: maybe(LabelSelector),
    template: PodTemplate,
  }),
  status: maybe(
    Type.Object({
      observedGeneration: maybe(Type.Integer()),
      replicas: maybe(Type.Integer()),
      updatedReplicas: maybe(Type.Integer()),
      availableReplicas: maybe(Type.Integer()),
      conditions: maybe(Type.Array(Condition)),
    }),
  ),
});

export type Deployment = Static<typeof Deployment>;

/** The Deployment controller counts templates here, on the Deployment and on its ReplicaSets. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** The number of replicas that the Deployment asks for. The API's default is 1. */
export function replicasOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

function progressingCondition(deployment: Deployment) {
  return deployment.status?.conditions?.find((condition) => condition.type === 'Progressing');
}

/** Whether the rollout passed its progressDeadlineSeconds, or its ReplicaSet could not be made. */
export function hasRolloutFailed(deployment: Deployment): boolean {
  return progressingCondition(deployment)?.status === 'False';
}

/**
 * How far the template is that the controller has seen: all pods are of it, and available. The API omits zeros. A
 * refused pod (the condition ReplicaFailure) is asked for again, so it is no failure before the deadline.
 */
function progressOf(deployment: Deployment): Progress {
  if (hasRolloutFailed(deployment)) return 'failed';
  const { replicas, updatedReplicas, availableReplicas } = deployment.status ?? {};
  const updated = updatedReplicas ?? 0;
  const isUpdated = updated >= replicasOf(deployment) && (replicas ?? 0) <= updated;
  return isUpdated && (availableReplicas ?? 0) >= updated ? 'complete' : 'under-way';
}

const fieldsOf = (deployment: Deployment): WorkloadFields => ({
  template: deployment.spec.template,
  replicas: replicasOf(deployment),
  paused: deployment.spec.paused ?? false,
  // The API's default is RollingUpdate.
  strategy:
    deployment.spec.strategy?.type === 'Recreate'
      ? { type: 'recreate' }
      : { type: 'rolling', partition: 0, surge: true },
  selector: deployment.spec.selector ?? undefined,
  rollout: {
    observed: isObserved(deployment),
    failed: hasRolloutFailed(deployment),
    revision: deployment.metadata.annotations?.[REVISION_ANNOTATION],
    progress: progressOf(deployment),
    failure: hasRolloutFailed(deployment)
      ? (progressingCondition(deployment)?.lastUpdateTime ?? undefined)
      : undefined,
    deadlineMs: toDeadlineMs(deployment.spec.progressDeadlineSeconds),
  },
});

/**
 * The row of apps/v1 Deployment. Its ReplicaSets keep its templates. lockstep can cap a ReplicaSet that is no
 * longer current.
 */
export const DEPLOYMENT: WorkloadKind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  templatePath: ['spec', 'template'],
  scale: true,
  revisions: 'ReplicaSet',
  undoBringsMetadata: true,
  controllerAnnotations: [REVISION_ANNOTATION],
  ceiling: true,
  check: checkOf(Deployment),
  fieldsOf,
};
