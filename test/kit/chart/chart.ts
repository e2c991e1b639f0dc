import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../../../charts/lockstep', import.meta.url));

/** The text of a file of the chart. */
export const chartFile = (name: string): Promise<string> => readFile(join(CHART, name), 'utf8');
