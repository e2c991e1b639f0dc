import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { findPrograms } from '../control-plane/binaries.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { orFailure } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import { freePort } from '../control-plane/ports.ts';
import { openKeeper } from '../keeper/keeper.ts';
import { installRolloutKinds, NAME, removeRolloutKinds } from './kinds.ts';

/** Argo Rollouts in a cluster. */
export interface Rollouts {
  /** Ends the controller, and takes its kinds out of the cluster, with all Rollouts. */
  remove(): Promise<void>;
}

/**
 * Installs Argo Rollouts: its kinds, and its controller with the rights that its own manifests give it. The
 * controller ends with this process.
 * @throws Error with the end of the controller's log if it dies
 */
export async function startRollouts(cluster: ClusterClient): Promise<Rollouts> {
  const { 'rollouts-controller': command } = await findPrograms(['rollouts-controller']);
  await installRolloutKinds(cluster);
  const kubeconfig = await cluster.kubeconfigFor({ namespace: NAME, name: NAME });
  const [metricsPort, healthPort] = [await freePort(), await freePort()];
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-rollouts-'));
  keeper.start({
    name: 'rollouts-controller',
    command,
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      `--metricsPort=${metricsPort}`,
      `--healthzPort=${healthPort}`,
      // The defaults are meant for a process that shares an API server with others.
      '--qps=500',
      '--burst=1000',
      '--loglevel=info',
    ],
  });
  const isHealthy = async (signal: AbortSignal) => {
    const { statusCode, body } = await request(`http://127.0.0.1:${healthPort}/healthz`, { signal });
    await body.dump();
    return statusCode === 200;
  };
  try {
    await orFailure(keeper, (signal) =>
      eventually(() => isHealthy(signal), { what: 'the Rollouts controller answering', signal }),
    );
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  return {
    async remove() {
      await keeper.stop();
      await removeRolloutKinds(cluster);
    },
  };
}
