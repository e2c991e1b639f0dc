import { Command } from 'commander';
import { injectCommand } from './commands/inject-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { LockstepError } from './errors.ts';
import { VERSION } from './version.ts';

/** Runs the command that the process was started with. */
export async function runProgram(): Promise<void> {
  const program = new Command('lockstep')
    .description('Keeps the pods of a workload in step with the configuration that they read.')
    .version(VERSION)
    // Loaded only when it runs: the server and its API client
    // take a second, which `inject` need not wait for.
    .addCommand(serveCommand(async (config) => (await import('./commands/serve.ts')).serve(config)))
    .addCommand(injectCommand());
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof LockstepError) process.stderr.write(`error: ${error.message} [${error.code}]\n`);
    // If this threw the error again, the exit code would be 1, whatever the command has set.
    else console.error(error);
    // Work that started before the error (a listening server, a watch) would keep the program alive.
    process.exit(process.exitCode ?? 1);
  }
}
