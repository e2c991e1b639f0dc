import type { Command, CommanderError } from 'commander';
import { INJECT, injectConfig } from '../config/inject.ts';
import { commandOf } from './command.ts';

/** Where 1 says that something would change, an error is 2, as in `kubectl diff`. */
const errorCode = ({
  check = false,
  diff = false,
}: {
  check?: boolean | undefined;
  diff?: boolean | undefined;
}) => (check || diff ? 2 : 1);

/** For options that could not be read: the others that were given tell. */
function endOnWrongOption({ exitCode }: CommanderError): never {
  const given = process.argv;
  const code = errorCode({ check: given.includes('--check'), diff: given.includes('--diff') });
  process.exit(exitCode === 0 ? 0 : code);
}

/** Readers of the output may stop early (`| head`), which is no error. A full disk is one. */
function endOnLostOutput(code: number): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(code);
  });
}

/** `lockstep inject` as a command. */
export const injectCommand = (): Command =>
  commandOf(INJECT, async (values) => {
    // What the program ends with if an error is thrown from here on.
    const code = errorCode(values);
    process.exitCode = code;
    endOnLostOutput(code);
    // Loaded where it runs: `serve` has no use for it.
    const { inject } = await import('./inject.ts');
    process.exitCode = await inject(injectConfig(values));
  }).exitOverride(endOnWrongOption);
