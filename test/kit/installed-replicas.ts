import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { type Lockstep, type SetUpOptions, setUp } from '../../lab/lockstep/lockstep.ts';
import { type ReplicaProgram, type Replicas, startReplicas } from '../../lab/lockstep/replicas.ts';
import { writeKeyFile } from './secret-keys.ts';

/** lockstep as its users install it: two replicas behind one port, which the API server calls. */
export interface InstalledReplicas {
  readonly lockstep: Lockstep;
  readonly replicas: Replicas;
  close(): Promise<void>;
}

export interface InstallOptions extends SetUpOptions {
  /** Values of the chart. */
  readonly values: Readonly<Record<string, string>>;
  readonly program?: ReplicaProgram;
  /** Switches Secrets on in the replicas, with a key. */
  readonly secrets?: boolean;
}

export async function installReplicas(
  cluster: ClusterClient,
  { values, program = {}, secrets = false, ...options }: InstallOptions,
): Promise<InstalledReplicas> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-replicas-'));
  let lockstep: Lockstep | undefined;
  let replicas: Replicas | undefined;
  const close = async () => {
    try {
      await lockstep?.unregister();
    } finally {
      await replicas?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  };
  try {
    lockstep = await setUp(cluster, folder, options);
    await lockstep.apply(values);
    const keys = secrets ? await writeKeyFile(folder) : [];
    replicas = await startReplicas(lockstep, { ...program, flags: [...keys, ...(program.flags ?? [])] });
    await lockstep.untilRegistered(values);
    return { lockstep, replicas, close };
  } catch (error) {
    await close();
    throw error;
  }
}
