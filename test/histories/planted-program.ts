import { fileURLToPath } from 'node:url';
import type { ReplicaProgram } from '../../lab/lockstep/replicas.ts';
import type { Bug } from './bugs.ts';

/** lockstep with a bug, as replicas run it (see planted.ts). */
export const planted = (bug: Bug): ReplicaProgram => ({
  main: fileURLToPath(new URL('./planted.ts', import.meta.url)),
  flags: ['--bug', bug],
});
