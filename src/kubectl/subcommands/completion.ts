import type { RunOffline } from '../command.ts';
import { scriptFor } from '../complete/scripts.ts';
import { usageError } from '../errors.ts';
import { type COMPLETION, SHELLS } from './completion-info.ts';

/** Prints the script for a shell. */
export const completion: RunOffline<typeof COMPLETION.options> = async ({ out }, { args }) => {
  const [only, ...others] = args;
  const shell = SHELLS.find((each) => each === only);
  if (shell === undefined || others.length > 0) throw usageError(`name one of these: ${SHELLS.join(', ')}`);
  out(scriptFor(shell));
  return 0;
};
