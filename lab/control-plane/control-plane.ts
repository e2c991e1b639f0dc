import type { Keeper } from '../keeper/keeper.ts';
import { openApi } from './api.ts';
import { type ClusterClient, clusterClient } from './client.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import * as components from './components.ts';
import { type ClusterFiles, writeFiles } from './folder.ts';
import { freePort } from './ports.ts';
import type { Programs } from './programs.ts';
import { nodesAreReady, serverIsReady, serviceAccountExists } from './readiness.ts';

/** A running control plane that belongs to this process. */
export interface Cluster extends ClusterClient {
  /** Rejects with the end of the log when a component ends by itself. Never resolves. */
  readonly failure: Promise<never>;
  /**
   * Stops the API server and starts it again with the same port, data and certificates. Resolves when it is
   * ready.
   * @param whileDown runs between the two
   */
  restartApiServer(whileDown?: () => Promise<void>): Promise<void>;
  /** Ends every process and removes the folder. Can be called more than once. */
  stop(): Promise<void>;
}

/** A control plane that has no node yet. */
export interface ControlPlane extends Cluster {
  readonly files: ClusterFiles;
}

/**
 * Boots etcd, kube-apiserver, kube-controller-manager and kube-scheduler in a keeper's folder.
 * @throws ProcessDied if one of them dies; Error if the API server is not ready within a minute
 */
export async function startControlPlane(
  keeper: Keeper,
  programs: Programs,
  network: ClusterNetwork,
  auditPolicy?: string,
): Promise<ControlPlane> {
  const written = await writeFiles(keeper.dir, await freePort(network.address), network);
  const files = auditPolicy === undefined ? written : { ...written, auditPolicy };
  const { server, ca, token, dir, auditLog } = files;
  const kubeconfig = files.kubeconfig('admin');
  keeper.start(components.etcd(programs, files));
  keeper.start(components.apiServer(programs, files));
  await orFailure(keeper, (signal) => serverIsReady(files, signal));
  keeper.start(components.controllerManager(programs, files));
  keeper.start(components.scheduler(programs, files));
  return {
    ...clusterClient({ kubeconfig, server, ca, token, dir, auditLog, programs }),
    files,
    failure: keeper.failure,
    restartApiServer: (whileDown) => restart(keeper, programs, files, whileDown),
    stop: keeper.stop,
  };
}

/** Waits until there are `nodes` nodes, all of them Ready, and until ServiceAccounts are created. */
export async function finishBoot(keeper: Keeper, files: ClusterFiles, nodes: number): Promise<void> {
  const api = openApi(files);
  try {
    await orFailure(keeper, (signal) =>
      Promise.all([nodesAreReady(api, nodes, signal), serviceAccountExists(api, signal)]),
    );
  } finally {
    await api.close();
  }
}

async function restart(
  keeper: Keeper,
  programs: Programs,
  files: ClusterFiles,
  whileDown: () => Promise<void> = async () => undefined,
): Promise<void> {
  // A crash, not a shutdown: on SIGTERM it would wait a minute for its watches to end.
  await keeper.end('kube-apiserver', 'SIGKILL');
  try {
    await whileDown();
  } finally {
    keeper.start(components.apiServer(programs, files));
    await orFailure(keeper, (signal) => serverIsReady(files, signal));
  }
}

/** Reports the death of a component at once, with the end of its log, and not by a timeout. */
export async function orFailure<T>(keeper: Keeper, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([work(over.signal), keeper.failure]);
  } finally {
    over.abort();
  }
}
