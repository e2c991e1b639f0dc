import type { ApiAccess } from './api.ts';
import type { KubeObject } from './objects.ts';
import { watchDeployments } from './watch.ts';

/**
 * Whether a Deployment's rollout is complete, by the rules of `kubectl rollout status`.
 * @throws Error if the Deployment has exceeded its progress deadline
 */
function isRolledOut({ metadata, spec, status = {} }: KubeObject): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if ((metadata.generation ?? 0) > observedGeneration) return false;
  if (status.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded')) {
    throw new Error(`deployment/${metadata.name} exceeded its progress deadline`);
  }
  return (
    updatedReplicas >= (spec?.replicas ?? 1) &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}

/**
 * Waits until a Deployment's rollout is complete.
 * @throws Error with what it has seen, after the timeout
 */
export async function untilRolledOut(
  cluster: ApiAccess,
  namespace: string,
  deployment: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deployments = await watchDeployments(cluster, namespace);
  try {
    await deployments.until(
      (_, current) => current.some(({ name, object }) => name === deployment && isRolledOut(object)),
      timeoutMs,
      `the rollout of deployment/${deployment}`,
    );
  } finally {
    await deployments.stop();
  }
}
