import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Lockstep, type SetUpOptions, setUp } from '../../lab/lockstep/lockstep.ts';
import { removeWorkloads } from '../../lab/lockstep/sandbox.ts';
import { writeKeyFile } from './secret-keys.ts';
import { useCluster } from './use-cluster.ts';

interface Options extends SetUpOptions {
  readonly register?: boolean;
  readonly flags?: readonly string[];
  /** Switches Secrets on in lockstep, with a key. */
  readonly secrets?: boolean;
  /** Values of the chart. */
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * For files with many calls at once, on a machine that is busy with other tests: a review may take longer than users should
 * wait. Tests of what happens then have times of their own.
 */
export const PATIENT = {
  flags: ['--deadline=25s'],
  values: { 'webhook.timeoutSeconds': '30' },
} as const;

/** lockstep for the tests of one file: installed and started before them, removed after them. */
export function useLockstep(options: Options = {}): () => Lockstep {
  let lockstep: Lockstep | undefined;
  let folder = '';
  beforeAll(async () => {
    // Files without a lockstep leave workloads, too.
    await removeWorkloads(useCluster());
    folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
    lockstep = await setUp(useCluster(), folder, options);
    await lockstep.apply(options.values);
    const keys = options.secrets ? await writeKeyFile(folder) : [];
    await lockstep.start([...keys, ...(options.flags ?? [])]);
    if (options.register === false) await lockstep.unregister();
    else await lockstep.untilRegistered(options.values);
  });
  afterAll(async () => {
    await lockstep?.unregister();
    await lockstep?.program().stop();
    await removeWorkloads(useCluster());
    await rm(folder, { recursive: true, force: true });
  });
  return () => {
    if (!lockstep) throw new Error('lockstep is not set up yet');
    return lockstep;
  };
}
