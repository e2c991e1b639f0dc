import type { ApiAccess } from './api.ts';
import type { KubeObject } from './objects.ts';
import { watchWorkloads } from './watch.ts';

/** Kinds of workload, as the group `apps` serves them. */
export type WorkloadResource = 'deployments' | 'statefulsets' | 'daemonsets';

/** @throws Error if the Deployment has exceeded its progress deadline */
function isDeploymentRolledOut({ metadata, spec, status = {} }: KubeObject): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (status.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded')) {
    throw new Error(`deployment/${metadata.name} exceeded its progress deadline`);
  }
  return (
    updatedReplicas >= (spec?.replicas ?? 1) &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}

/** `currentRevision` does not tell: with a partition or with OnDelete it stays as it was. */
function isStatefulSetRolledOut({ spec, status = {} }: KubeObject): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas ?? 1;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  return updatedReplicas >= wanted - partition && replicas === wanted && availableReplicas === wanted;
}

function isDaemonSetRolledOut({ status = {} }: KubeObject): boolean {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
  return updatedNumberScheduled === desiredNumberScheduled && numberAvailable === desiredNumberScheduled;
}

/** Whether a rollout is complete, by the rules of `kubectl rollout status`. */
const IS_ROLLED_OUT: Readonly<Record<WorkloadResource, (object: KubeObject) => boolean>> = {
  deployments: isDeploymentRolledOut,
  statefulsets: isStatefulSetRolledOut,
  daemonsets: isDaemonSetRolledOut,
};

/** Whether the controller has seen the present template, and all pods have it and are available. */
export function isRolledOut(resource: WorkloadResource, object: KubeObject): boolean {
  const { generation = 0 } = object.metadata;
  return (object.status?.observedGeneration ?? 0) >= generation && IS_ROLLED_OUT[resource](object);
}

/**
 * Waits until a workload's rollout is complete.
 * @throws Error with what it has seen, after the timeout
 */
export async function untilRolledOut(
  cluster: ApiAccess,
  namespace: string,
  workload: string,
  timeoutMs = 60_000,
  resource: WorkloadResource = 'deployments',
): Promise<void> {
  const workloads = await watchWorkloads(cluster, namespace, resource);
  try {
    await workloads.until(
      (_, current) => current.some(({ name, object }) => name === workload && isRolledOut(resource, object)),
      timeoutMs,
      `the rollout of ${resource} ${workload}`,
    );
  } finally {
    await workloads.stop();
  }
}
