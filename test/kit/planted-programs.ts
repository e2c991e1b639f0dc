import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The variable that names the folder with the bundles of these programs, if a run of all tests has made them. */
export const PLANTED_BUNDLES = 'LOCKSTEP_TEST_PLANTED';

const sourceOf = (folder: string) => fileURLToPath(new URL(`../${folder}/planted.ts`, import.meta.url));

/** The sources of lockstep with planted bugs, by the folder of their tests. */
export const PLANTED = { histories: sourceOf('histories'), hostile: sourceOf('hostile') } as const;

/** The file to start: the bundle, which starts at a quarter of the cost, or the source. */
export function plantedMain(name: keyof typeof PLANTED): string {
  const folder = process.env[PLANTED_BUNDLES];
  return folder ? join(folder, `${name}.js`) : PLANTED[name];
}
