import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Keeper, openKeeper, ProcessDied } from '../keeper/keeper.ts';
import { openApi } from './api.ts';
import { findPrograms } from './binaries.ts';
import { loopback } from './cluster-network.ts';
import * as components from './components.ts';
import { type Cluster, finishBoot, startControlPlane } from './control-plane.ts';
import type { ClusterFiles } from './folder.ts';
import { type FakeClusterProgram, fakeClusterPrograms, type Programs } from './programs.ts';

export type { Cluster } from './control-plane.ts';

/** All optional. */
export interface StartOptions {
  /** Default: found or built (see `findPrograms`). */
  readonly programs?: Programs<FakeClusterProgram>;
  /** The path of an audit policy. Default: files/audit-policy.yaml, which keeps whole objects. */
  readonly auditPolicy?: string;
  /** When it aborts, the build or the boot ends, or the cluster stops. */
  readonly signal?: AbortSignal;
}

const ATTEMPTS = 5;
const PORT_TAKEN = /address already in use/;

/**
 * Boots a control plane with one fake node, in a new temporary folder: etcd, kube-apiserver,
 * kube-controller-manager, kube-scheduler and kwok. Resolves when the node is Ready. All of it ends with this
 * process, however the process ends.
 * @throws Error with the end of a component's log if it dies, or is not ready within a minute
 */
export async function startCluster(options: StartOptions = {}): Promise<Cluster> {
  const { signal } = options;
  const programs = options.programs ?? (await findPrograms(fakeClusterPrograms, { signal }));
  return withKeeper(signal, async (keeper) => {
    const { files, ...cluster } = await startControlPlane(keeper, programs, loopback, options.auditPolicy);
    keeper.start(components.kwok(programs, files));
    await addFakeNode(files);
    await finishBoot(keeper, files, 1);
    return cluster;
  });
}

/** Boots something in the folder of a new keeper. If the boot fails, it stops the keeper. */
export async function withKeeper<T>(
  signal: AbortSignal | undefined,
  boot: (keeper: Keeper) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const keeper = await openKeeper(join(tmpdir(), 'lockstep-cluster-'), signal);
    try {
      return await boot(keeper);
    } catch (error) {
      await keeper.stop();
      // What fails when the folder is gone fails because of the signal.
      signal?.throwIfAborted();
      // The port was free when it was chosen, but not reserved.
      const portLost = error instanceof ProcessDied && PORT_TAKEN.test(error.log);
      if (!portLost || attempt === ATTEMPTS) throw error;
    }
  }
}

async function addFakeNode(files: ClusterFiles): Promise<void> {
  const node = await readFile(join(import.meta.dirname, 'files', 'node.yaml'), 'utf8');
  const api = openApi(files);
  try {
    await api.open('/api/v1/nodes', { method: 'POST', body: parse(node) });
  } finally {
    await api.close();
  }
}
