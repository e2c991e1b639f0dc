import type { Run } from '../command.ts';
import { diffText } from '../diff/diff-text.ts';
import { readDiff } from '../diff/read-diff.ts';
import { differs } from '../diff/workload-diff.ts';
import { printData } from '../printing/output.ts';
import { oneWorkload } from '../workload-args.ts';
import type { DIFF } from './diff-info.ts';
import { subjectOf } from './status.ts';

/** `kubectl lockstep diff` */
export const diff: Run<(typeof DIFF)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const { diff: found, contents, notes } = await readDiff(session, oneWorkload(args));
  for (const note of notes) io.err(`note: ${note}\n`);
  const { output, showValues } = values;
  if (output.kind === 'table' || output.kind === 'wide')
    io.out(diffText(found, showValues ? contents : undefined, io.terminal.colour));
  else if (output.kind === 'name') io.out(`${subjectOf(found)}\n`);
  else printData(io, found, output);
  return differs(found) ? 1 : 0;
};
