import { fileURLToPath } from 'node:url';
import type { ReplicaProgram } from '../../lab/lockstep/replicas.ts';
import type { Bug } from './bugs.ts';

/** lockstep with bugs, as replicas run it (see planted.ts). */
export const planted =
  (bugs: readonly Bug[]) =>
  (id: string): ReplicaProgram => ({
    main: fileURLToPath(new URL('./planted.ts', import.meta.url)),
    flags: ['--bugs', bugs.join(), '--run', id],
  });
