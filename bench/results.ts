import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';

/** What a run was measured on. Only ratios within one run can be compared with another machine's. */
function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model, cores: cpus().length, arch: arch(), memory: totalmem(), load: loadavg() };
}

const DIGITS = 5;

/**
 * Writes results, with the machine, into a file.
 * @param file undefined: nobody has asked for one
 */
export async function writeResults(file: string | undefined, results: object): Promise<void> {
  if (file === undefined) return;
  await mkdir(dirname(resolve(file)), { recursive: true });
  const all = { date: new Date().toISOString(), machine: machine(), node: process.version, ...results };
  await writeFile(file, `${JSON.stringify(all, short)}\n`);
}

/** Nothing here is measured to more than four digits. */
const short = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
