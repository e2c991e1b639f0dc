import { marksOf } from '../../marks/marks.ts';
import { HELD } from '../../marks/names.ts';
import { recordedHold } from '../../marks/records.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { Run } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { readOne } from '../history/read-history.ts';
import { markedChanges } from '../history/source-changes.ts';
import { patchWorkload } from '../patch-workload.ts';
import { followOne } from '../roll/follow-one.ts';
import { hashOf } from '../roll/touch.ts';
import { oneWorkload } from '../workload-args.ts';
import type { RELEASE } from './release-info.ts';

/** Why there is no hold to end. Undefined: there is one. */
function whyNotHeld(workload: Workload): string | undefined {
  if (recordedHold(workload)) return undefined;
  return marksOf(workload).held === undefined
    ? `${nameOf(workload)} is not held`
    : `${nameOf(workload)} is not held: its annotation ${HELD} belongs to another template`;
}

/** What rolls, and because of which sources. */
function effectOf(before: Workload, after: Workload): string {
  const subject = nameOf(before);
  if (hashOf(before) === hashOf(after)) return `no pod of ${subject} rolls now`;
  const marked = markedChanges(before.template, after.template);
  const sources = marked.kind === 'sources' ? marked.changes.map(({ id }) => id).join(', ') : '';
  const count = before.replicas === undefined ? '' : ` (${before.replicas})`;
  const pods = before.paused ? 'as soon as somebody resumes it, all pods' : 'all pods';
  return `${pods}${count} of ${subject} roll to today's ${sources || 'configuration'}`;
}

/** `kubectl lockstep release` */
export const release: Run<(typeof RELEASE)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const workload = await readOne(session, oneWorkload(args));
  const subject = nameOf(workload);
  const notHeld = whyNotHeld(workload);
  if (notHeld !== undefined) {
    io.out(`${notHeld}\n`);
    return 0;
  }
  if (values.dryRun === 'client') {
    io.out(`${subject} is released (dry run)\n`);
    return 0;
  }
  // A merge patch: null removes. The uid makes sure that it is still the object that was read.
  const patch = { body: { metadata: { uid: workload.metadata.uid, annotations: { [HELD]: null } } } };
  const foretold = await patchWorkload(session, workload, patch, true);
  io.err(`If you end the hold, ${effectOf(workload, foretold)}.\n`);
  if (values.dryRun === 'server') {
    io.out(`${subject} is released (server dry run)\n`);
    return 0;
  }
  if (!(await isConfirmed(io, `End the hold of ${subject}?`, values.yes))) {
    io.err('Nothing was changed.\n');
    return 1;
  }
  const after = await patchWorkload(session, workload, patch, false);
  io.out(`${subject} is released\n`);
  return values.wait ? followOne(session, after, values.timeout) : 0;
};
