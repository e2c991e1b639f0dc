import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RECORD_FILE } from './record-reporter.ts';
import { parseRunRecord, type RunRecord } from './run-record.ts';

/** The program of Vitest. */
export const VITEST = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const REPORTER = join(import.meta.dirname, 'record-reporter.ts');

/** A folder below the folder of the run. */
export const COMPILE_CACHE = 'compile-cache';

/** A run of Vitest beside others. */
export interface VitestRun {
  /** The folder with Vitest's configuration. */
  readonly root: string;
  readonly args: readonly string[];
  /** The folder for its output and its record: `NAME.log`, `NAME.json`. */
  readonly folder: string;
  readonly name: string;
  /** Whether its output is shown at once, or at the end. */
  readonly shown: 'at once' | 'at the end';
  /** Shows output. */
  readonly show: (output: string | Uint8Array) => void;
  readonly started?: (child: ChildProcess) => void;
}

/** The file with a run's output. */
export const logOf = ({ folder, name }: Pick<VitestRun, 'folder' | 'name'>): string =>
  join(folder, `${name}.log`);

/** The environment without the variables that an outer run of Vitest sets. */
const withoutVitest = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([key]) => !/^(VITEST|TEST$)/.test(key)));

/** Halves the start time of each worker and each program: later ones reuse the code that one has compiled. */
const compileCache = ({ folder }: Pick<VitestRun, 'folder'>) => ({
  NODE_COMPILE_CACHE: join(folder, COMPILE_CACHE),
});

/**
 * Runs Vitest and saves its output.
 * @returns its results. undefined if it ended without writing them
 */
export async function runVitest(run: VitestRun): Promise<RunRecord | undefined> {
  const record = join(run.folder, `${run.name}.json`);
  const args = ['run', ...run.args, '--reporter=default', `--reporter=${REPORTER}`];
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [VITEST, ...args], {
    cwd: run.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutVitest(process.env), ...color, ...compileCache(run), [RECORD_FILE]: record },
  });
  run.started?.(child);
  const log = createWriteStream(logOf(run));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log.write(chunk);
      if (run.shown === 'at once') run.show(chunk);
    });
  }
  const [code] = await once(child, 'close');
  log.end();
  await once(log, 'finish');
  if (run.shown === 'at the end') run.show(await readFile(logOf(run)));
  return recordIn(record, code === 0);
}

/** If a run failed and its record names no failed file, then the record is incomplete. */
async function recordIn(path: string, succeeded: boolean): Promise<RunRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const record = text === undefined ? undefined : parseRunRecord(text);
  const saysWhy =
    record && (record.unhandled.length > 0 || record.files.some(({ state }) => state === 'failed'));
  return succeeded || saysWhy ? record : undefined;
}
