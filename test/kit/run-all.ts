import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from './run-record.ts';
import { COMPILE_CACHE, runVitest } from './run-vitest.ts';
import { filesToRetry, type Verdict, verdictOf } from './second-try.ts';

/** Projects that run in one process of Vitest. */
export type Lane = readonly string[];

/** What to run, and how. */
export interface Plan {
  /** The folder with Vitest's configuration. */
  readonly root: string;
  /** Lanes run beside each other. */
  readonly lanes: readonly Lane[];
  readonly hasSecondTry: (project: string) => boolean;
  /** Shows output. */
  readonly show: (output: string | Uint8Array) => void;
}

/** A run of everything. */
export interface Run {
  /** Resolves at its end, with the folder of the output if something failed at first. */
  readonly result: Promise<Verdict & { readonly folder: string | undefined }>;
  /**
   * Ends the run, and starts nothing more.
   * @param signal for the running processes. undefined: they have it already
   */
  interrupt(signal: NodeJS.Signals | undefined): void;
}

/** Runs all lanes. Then it runs each failed file that has a second try once more. */
export function runAll(plan: Plan): Run {
  const running = new Set<ChildProcess>();
  let over = false;

  async function lane(folder: string, name: string, args: readonly string[], atOnce: boolean) {
    const started = (child: ChildProcess) => {
      running.add(child);
      child.once('close', () => running.delete(child));
    };
    const shown = atOnce ? 'at once' : 'at the end';
    return runVitest({ root: plan.root, args, folder, name, shown, show: plan.show, started });
  }

  const firstTry = (folder: string): Promise<(RunRecord | undefined)[]> =>
    Promise.all(
      plan.lanes.map((projects, i) => {
        const args = projects.map((project) => `--project=${project}`);
        return lane(folder, projects.join('-'), args, i === 0);
      }),
    );

  async function secondTry(folder: string, records: readonly (RunRecord | undefined)[]) {
    const files = filesToRetry(
      records.filter((record) => record !== undefined),
      plan.hasSecondTry,
    );
    if (over || files.length === 0) return undefined;
    const names = files.map(({ file }) => file);
    plan.show(`\nThe second try, of what has failed:\n${names.map((name) => `  ${name}\n`).join('')}`);
    const projects = [...new Set(files.map(({ project }) => `--project=${project}`))];
    return lane(folder, 'second-try', [...projects, ...names.map((name) => join(plan.root, name))], true);
  }

  async function all(): ReturnType<typeof runAll>['result'] {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-tests-'));
    const first = await firstTry(folder);
    const second = await secondTry(folder, first);
    const verdict = verdictOf(first, second);
    if (verdict.passed && second === undefined) {
      await rm(folder, { recursive: true, force: true });
      return { ...verdict, folder: undefined };
    }
    await rm(join(folder, COMPILE_CACHE), { recursive: true, force: true });
    return { ...verdict, folder };
  }

  return {
    result: all(),
    interrupt(signal) {
      over = true;
      if (signal) for (const child of running) child.kill(signal);
    },
  };
}
