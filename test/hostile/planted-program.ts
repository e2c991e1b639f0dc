import type { ReplicaProgram } from '../../lab/lockstep/replicas.ts';
import { plantedMain } from '../kit/planted-programs.ts';
import type { Bug } from './bugs.ts';

/** lockstep with bugs, as replicas run it (see planted.ts). */
export const planted =
  (bugs: readonly Bug[]) =>
  (id: string): ReplicaProgram => ({
    main: plantedMain('hostile'),
    flags: ['--bugs', bugs.join(), '--run', id],
  });
