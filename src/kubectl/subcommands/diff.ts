import type { Run } from '../command.ts';
import { diffText } from '../diff/diff-text.ts';
import { readDiff } from '../diff/read-diff.ts';
import { differs } from '../diff/workload-diff.ts';
import { printNotes, printObject } from '../printing/output.ts';
import { subjectOf } from '../report.ts';
import { oneWorkload } from '../workload-args.ts';
import type { DIFF } from './diff-info.ts';

/** `kubectl lockstep diff` */
export const diff: Run<(typeof DIFF)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const { diff: found, contents, notes } = await readDiff(session, oneWorkload(args));
  printNotes(io, notes);
  const { output, showValues } = values;
  const text = () => diffText(found, showValues ? contents : undefined, io.terminal.colour);
  printObject(io, { data: found, text, name: subjectOf(found) }, output);
  return differs(found) ? 1 : 0;
};
