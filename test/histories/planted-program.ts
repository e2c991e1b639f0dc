import { fileURLToPath } from 'node:url';

/** lockstep with a bug, as a program (see planted.ts). */
export const PLANTED = fileURLToPath(new URL('./planted.ts', import.meta.url));
