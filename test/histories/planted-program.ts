import type { ReplicaProgram } from '../../lab/lockstep/replicas.ts';
import { plantedMain } from '../kit/planted-programs.ts';
import type { Bug } from './bugs.ts';

/** lockstep with a bug, as replicas run it (see planted.ts). */
export const planted = (bug: Bug): ReplicaProgram => ({
  main: plantedMain('histories'),
  flags: ['--bug', bug],
});
