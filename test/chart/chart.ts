import { fileURLToPath } from 'node:url';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../../charts/lockstep', import.meta.url));
