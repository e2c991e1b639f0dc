#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { serve } from './commands/serve.ts';
import { serveCommand } from './config.ts';
import { LockstepError } from './errors.ts';

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

const program = new Command('lockstep')
  .description('Keeps the pods of a Deployment in step with the configuration they read.')
  .version(version())
  .addCommand(serveCommand(serve));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LockstepError)) throw error;
  process.stderr.write(`error: ${error.message} [${error.code}]\n`);
  process.exitCode = 1;
}
