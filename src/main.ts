#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { injectCommand } from './commands/inject.ts';
import { serveCommand } from './config/serve.ts';
import { LockstepError } from './errors.ts';

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

const program = new Command('lockstep')
  .description('Keeps the pods of a Deployment in step with the configuration they read.')
  .version(version())
  // Loaded where it runs: the server and its API client take a second that `inject` need not wait.
  .addCommand(serveCommand(async (config) => (await import('./commands/serve.ts')).serve(config)))
  .addCommand(injectCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LockstepError)) throw error;
  process.stderr.write(`error: ${error.message} [${error.code}]\n`);
  // What was started before the error (a server that listens, a watch) would keep the program alive.
  process.exit(1);
}
