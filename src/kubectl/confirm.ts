import { usageError } from './errors.ts';
import type { Io } from './io.ts';

/**
 * Asks the person at the terminal.
 * @throws LockstepError USAGE if nobody is there, and `--yes` is not given
 */
export async function isConfirmed(io: Io, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  const answer = await io.ask(`${question} [y/N] `);
  if (answer === undefined)
    throw usageError(
      'nobody is at the terminal to be asked, so nothing was done: give --yes to do it without asking',
    );
  return /^y(es)?$/i.test(answer.trim());
}
