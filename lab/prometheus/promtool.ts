import { findPrograms } from '../control-plane/binaries.ts';
import { findGo } from '../control-plane/go.ts';
import { readModule } from '../control-plane/modules.ts';
import { type CommandResult, run } from '../control-plane/run.ts';

/** Runs promtool in a folder. Its first run on a machine builds it, which takes a minute. */
export async function promtool(args: readonly string[], cwd: string): Promise<CommandResult> {
  const { promtool: program } = await findPrograms(['promtool']);
  return run(program, args, { cwd });
}

/**
 * Whether promtool and Prometheus can be had. Without Go and without a path in the environment, tests skip what needs
 * them. In CI they fail then.
 */
export async function hasPrometheus(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (env['CI'] || env['LOCKSTEP_BINARIES'] || env['LOCKSTEP_PROMTOOL']) return true;
  return (await findGo((await readModule('prometheus')).dir)) !== undefined;
}
