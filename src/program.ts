import { Command } from 'commander';
import { injectCommand } from './commands/inject-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { LockstepError } from './errors.ts';
import { VERSION } from './version.ts';

/** Runs the command that the process was started with. */
export async function runProgram(): Promise<void> {
  const program = new Command('lockstep')
    .description('Keeps the pods of a Deployment in step with the configuration they read.')
    .version(VERSION)
    // Loaded where it runs: the server and its API client take a second that `inject` need not wait.
    .addCommand(serveCommand(async (config) => (await import('./commands/serve.ts')).serve(config)))
    .addCommand(injectCommand());
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof LockstepError) process.stderr.write(`error: ${error.message} [${error.code}]\n`);
    // Thrown on, it would end the program with 1, whatever a command has asked for.
    else console.error(error);
    // What was started before the error (a server that listens, a watch) would keep the program alive.
    process.exit(process.exitCode ?? 1);
  }
}
