/**
 * `npm test`: runs every project, as many at a time as the machine can run. With arguments (`npm test --
 * test/chart`) it is `vitest run` with these arguments, without a second try or saved output.
 *
 * With `LOCKSTEP_TEST_REPORT`, it writes the results there as JSON: `counts`, and each file with its time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from '../../lab/control-plane/binaries.ts';
import { fakeClusterPrograms } from '../../lab/control-plane/programs.ts';
import { bundle } from '../../release/bundle.ts';
import { PLANTED, PLANTED_BUNDLES } from './planted-programs.ts';
import { hasSecondTry, LANES } from './projects.ts';
import { runAll } from './run-all.ts';
import { VITEST } from './run-vitest.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A Ctrl-C in a terminal has reached the children already. A second one would end them without cleanup. */
const isToBePassedOn = (signal: NodeJS.Signals) => signal !== 'SIGINT' || !process.stdin.isTTY;

async function some(args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [VITEST, 'run', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => isToBePassedOn(signal) && child.kill(signal));
  }
  const [code] = await once(child, 'close');
  return code === 0;
}

async function all(): Promise<boolean> {
  // All programs at once, so that several processes do not build at the same time.
  await findPrograms([
    ...fakeClusterPrograms,
    'toxiproxy-server',
    'rollouts-controller',
    'promtool',
    'prometheus',
  ]);
  // What users run, and it starts at a third of the source's cost: tests start lockstep some hundreds of times.
  await using bundled = await mkdtempDisposable(join(tmpdir(), 'lockstep-bundle-'));
  const program = join(bundled.path, 'program');
  const planted = join(bundled.path, 'planted');
  await bundle(program);
  await bundle(planted, PLANTED);
  process.env['LOCKSTEP_TEST_PROGRAM'] = join(program, 'main.js');
  process.env[PLANTED_BUNDLES] = planted;
  const run = runAll({
    root: ROOT,
    lanes: LANES,
    hasSecondTry,
    show: (output) => process.stdout.write(output),
  });
  for (const signal of SIGNALS)
    process.on(signal, () => run.interrupt(isToBePassedOn(signal) ? signal : undefined));
  const { passed, counts, lines, files, folder } = await run.result;
  const report = process.env['LOCKSTEP_TEST_REPORT'];
  if (report) await writeFile(report, JSON.stringify({ counts, files }, null, 2));
  const kept =
    folder === undefined ? [] : [`the outputs of the first and the second try are kept in ${folder}`];
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const total = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  process.stdout.write(`\n${[...kept, ...lines, total].join('\n')}\n`);
  return passed;
}

const args = process.argv.slice(2);
process.exitCode = (await (args.length > 0 ? some(args) : all())) ? 0 : 1;
