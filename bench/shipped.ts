import { resolve } from 'node:path';
import type { Lockstep } from '../lab/lockstep/lockstep.ts';
import type { Program } from '../lab/lockstep/program.ts';

/** What the image sets for the program: see the Dockerfile. */
const OF_THE_IMAGE = { MALLOC_ARENA_MAX: '1', NODE_OPTIONS: '--max-semi-space-size=16' };

/** Starts lockstep as it is shipped: the bundle, as the image starts it. */
export async function startShipped(lockstep: Lockstep): Promise<Program> {
  Object.assign(process.env, OF_THE_IMAGE);
  try {
    return await lockstep.start(['--log-level', 'info'], resolve('dist/main.js'));
  } finally {
    for (const name of Object.keys(OF_THE_IMAGE)) delete process.env[name];
  }
}
