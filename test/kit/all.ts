/**
 * `npm test`: every project, and as much at a time as the machine takes. With arguments (`npm test -- test/chart`) it is
 * `vitest run` with these.
 *
 * Vitest lets projects that run one file at a time wait for each other. Those of a control plane wait a lot themselves, so
 * two processes share the machine; what is measured on real nodes has it alone. With `LOCKSTEP_TEST_REPORT`, what all of
 * them saw is written there, as Vitest's JSON.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findPrograms } from '../../lab/control-plane/binaries.ts';

/** Projects that run beside each other, and after each other. */
const STAGES = [[['cluster'], ['chart', 'image', 'unit']], [['node']]] as const;

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const running = new Set<ChildProcess>();
let ended = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    ended = true;
    // A Ctrl-C in a terminal has reached them already; they take a second one for impatience.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) for (const child of running) child.kill(signal);
  });
}

/** Runs Vitest. What it says is shown as it says it, or at its end. @returns whether all is well */
async function runVitest(args: readonly string[], shown: 'at once' | 'at the end'): Promise<boolean> {
  const color = shown === 'at the end' && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [vitest, 'run', ...args], {
    stdio: ['ignore', shown === 'at once' ? 'inherit' : 'pipe', 'inherit'],
    env: { ...process.env, ...color },
  });
  running.add(child);
  const [said, [code]] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'close')]);
  running.delete(child);
  process.stdout.write(said);
  return code === 0;
}

async function all(): Promise<boolean> {
  const reports = await mkdtemp(join(tmpdir(), 'lockstep-tests-'));
  try {
    // Once, and not by two processes at the same time.
    await findPrograms();
    const results: boolean[] = [];
    for (const stage of STAGES) {
      if (ended) return false;
      const lanes = stage.map((projects, i) => {
        const blob = join(reports, `${projects.join('-')}.json`);
        const args = [
          ...projects.map((project) => `--project=${project}`),
          '--reporter=default',
          '--reporter=blob',
        ];
        return runVitest([...args, `--outputFile.blob=${blob}`], i === 0 ? 'at once' : 'at the end');
      });
      results.push(...(await Promise.all(lanes)));
    }
    const report = process.env['LOCKSTEP_TEST_REPORT'];
    if (report)
      await runVitest([`--merge-reports=${reports}`, '--reporter=json', `--outputFile=${report}`], 'at once');
    return results.every(Boolean);
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
process.exitCode = (await (args.length > 0 ? runVitest(args, 'at once') : all())) ? 0 : 1;
