import type { Command, CommanderError } from 'commander';
import { INJECT, injectConfig } from '../config/inject.ts';
import { commandOf } from './command.ts';

/**
 * The exit code of an error. With `--check` or `--diff`, 1 says that
 * something would change, so an error is 2, as in `kubectl diff`.
 */
const errorExitCode = ({
  check = false,
  diff = false,
}: {
  check?: boolean | undefined;
  diff?: boolean | undefined;
}) => (check || diff ? 2 : 1);

/**
 * Exits after an invalid option. The option values are
 * unknown then, so it looks for the options in the arguments.
 */
function exitOnInvalidOption({ exitCode }: CommanderError): never {
  const given = process.argv;
  const code = errorExitCode({ check: given.includes('--check'), diff: given.includes('--diff') });
  process.exit(exitCode === 0 ? 0 : code);
}

/**
 * Exits if the output cannot be written, for example because the disk
 * is full. It is not an error if the reader stops early (`| head`).
 */
function exitOnLostOutput(code: number): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(code);
  });
}

/** `lockstep inject` as a command. */
export const injectCommand = (): Command =>
  commandOf(INJECT, async (values) => {
    // The exit code if an error is thrown from here on.
    const code = errorExitCode(values);
    process.exitCode = code;
    exitOnLostOutput(code);
    // Loaded only when it runs, because `serve` does not need it.
    const { inject } = await import('./inject.ts');
    process.exitCode = await inject(injectConfig(values));
  }).exitOverride(exitOnInvalidOption);
