import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openApi } from './api.ts';
import { findPrograms } from './binaries.ts';
import { type ClusterClient, clusterClient } from './client.ts';
import * as components from './components.ts';
import { type ClusterFiles, writeFiles } from './folder.ts';
import { type Keeper, openKeeper, ProcessDied } from './keeper/keeper.ts';
import { freePort } from './ports.ts';
import type { Programs } from './programs.ts';
import { nodeIsReady, serverIsReady, serviceAccountExists } from './readiness.ts';

/** All optional. */
export interface StartOptions {
  /** Default: found or built (see `findPrograms`). */
  readonly programs?: Programs;
  /** Ends the build or the boot, or stops the cluster, when it aborts. */
  readonly signal?: AbortSignal;
}

/** A running control plane that belongs to this process. */
export interface Cluster extends ClusterClient {
  /** Rejects, with the end of the log, when a component ends by itself; never resolves. */
  readonly failure: Promise<never>;
  /**
   * Stops the API server and starts it again: same port, same data, same certificates. Resolves when it is ready.
   * @param whileDown runs between the two
   */
  restartApiServer(whileDown?: () => Promise<void>): Promise<void>;
  /** Ends every process and removes the folder. Can be called more than once. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;
const PORT_TAKEN = /address already in use/;

/**
 * Boots a control plane with one fake node, in a new temporary folder: etcd, kube-apiserver, kube-controller-manager,
 * kube-scheduler and kwok. Resolves when the node is Ready. Nothing of it outlives this process, however that ends.
 * @throws Error with the end of its log where a component dies, or does not get ready in a minute
 */
export async function startCluster(options: StartOptions = {}): Promise<Cluster> {
  const { signal } = options;
  const programs = options.programs ?? (await findPrograms({ signal }));
  for (let attempt = 1; ; attempt += 1) {
    const keeper = await openKeeper(join(tmpdir(), 'lockstep-cluster-'), signal);
    try {
      return await boot(keeper, programs);
    } catch (error) {
      await keeper.stop();
      // The port was free when it was chosen, but not reserved.
      const portLost = error instanceof ProcessDied && PORT_TAKEN.test(error.log);
      if (!portLost || attempt === ATTEMPTS) throw error;
    }
  }
}

async function boot(keeper: Keeper, programs: Programs): Promise<Cluster> {
  const files = await writeFiles(keeper.dir, await freePort());
  const { server, ca, token, dir, auditLog } = files;
  const kubeconfig = files.kubeconfigs.admin;
  const client = clusterClient({ kubeconfig, server, ca, token, dir, auditLog, programs });
  keeper.start(components.etcd(programs, files));
  keeper.start(components.apiServer(programs, files));
  await orFailure(keeper, (signal) => serverIsReady(files, signal));
  keeper.start(components.controllerManager(programs, files));
  keeper.start(components.scheduler(programs, files));
  keeper.start(components.kwok(programs, files));
  await orFailure(keeper, (signal) => finishBoot(files, signal));
  return {
    ...client,
    failure: keeper.failure,
    restartApiServer: (whileDown) => restart(keeper, programs, files, whileDown),
    stop: keeper.stop,
  };
}

async function finishBoot(files: ClusterFiles, signal: AbortSignal): Promise<void> {
  const node = await readFile(join(import.meta.dirname, 'files', 'node.yaml'), 'utf8');
  const api = openApi(files);
  try {
    await api.open('/api/v1/nodes', { method: 'POST', body: parse(node) });
    await Promise.all([nodeIsReady(api, signal), serviceAccountExists(api, signal)]);
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
  // A crash, not a shutdown: told to end, it would wait a minute for its watchers to leave.
  await keeper.end('kube-apiserver', 'SIGKILL');
  try {
    await whileDown();
  } finally {
    keeper.start(components.apiServer(programs, files));
    await orFailure(keeper, (signal) => serverIsReady(files, signal));
  }
}

/** A dead component is told at once, and by its own log: not by a timeout. */
async function orFailure<T>(keeper: Keeper, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([work(over.signal), keeper.failure]);
  } finally {
    over.abort();
  }
}
