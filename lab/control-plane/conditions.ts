import type { ClusterClient } from './client.ts';

/**
 * Waits until a Deployment's rollout is complete.
 * @throws CommandError with what kubectl said, once the time is over
 */
export async function rolledOut(
  cluster: ClusterClient,
  namespace: string,
  deployment: string,
  timeoutMs = 60_000,
): Promise<void> {
  await cluster.kubectlOk(
    ['rollout', 'status', `deployment/${deployment}`, `--namespace=${namespace}`, `--timeout=${timeoutMs}ms`],
    // kubectl keeps the time; this is for where it does not.
    { timeoutMs: timeoutMs + 10_000 },
  );
}
