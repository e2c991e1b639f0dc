import { recordedHold } from '../../marks/records.ts';
import { revisionsOf } from '../../marks/same-template.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { Run } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { noRevisionError, revisionsError, usageError } from '../errors.ts';
import { type KeptState, keptOf } from '../history/kept.ts';
import { type OwnRevision, readRevisions } from '../history/own-revisions.ts';
import { readLive, readOne } from '../history/read-history.ts';
import { patchWorkload } from '../patch-workload.ts';
import { followOne } from '../roll/follow-one.ts';
import { hashOf } from '../roll/touch.ts';
import { undoPatch } from '../undo/undo-patch.ts';
import { oneWorkload } from '../workload-args.ts';
import type { UNDO } from './undo-info.ts';

const KEPT: Readonly<Record<KeptState, string>> = {
  copies: 'its copies exist',
  live: 'it is what is live today',
  gone: 'it cannot be had any more',
  unknown: 'it cannot be told here whether it can be had',
  'not-recorded': 'nothing says what it was',
};

function targetOf(
  workload: Workload,
  revisions: readonly OwnRevision[],
  wanted: number | undefined,
): OwnRevision {
  const subject = nameOf(workload);
  const found = wanted === undefined ? revisions.at(-2) : revisions.find(({ number }) => number === wanted);
  if (found) return found;
  if (wanted !== undefined)
    throw noRevisionError(
      subject,
      wanted,
      revisions.map(({ number }) => number),
    );
  throw revisionsError(subject, 'has no revision to go back to');
}

/** What the template alone tells against an undo, as kubectl has it. */
function throwUnlessPossible(workload: Workload): void {
  const subject = nameOf(workload);
  if (workload.templateRef) {
    const { kind, name } = workload.templateRef;
    throw usageError(`${subject} takes its template from ${kind.toLowerCase()}/${name}: undo that`);
  }
  // A StatefulSet and a DaemonSet cannot be paused.
  if (workload.paused) throw usageError(`${subject} is paused: resume it first, and then undo its rollout`);
}

/** What the API server, and so lockstep, makes of the undo. */
function effectOf(after: Workload, { template }: OwnRevision): string {
  const subject = nameOf(after);
  if (recordedHold(after)) return `the template and the configuration of ${subject} come back, and are held`;
  const brought = template.metadata?.annotations;
  const hash = hashOf(after);
  if (hash === undefined || hash !== hashOf({ template: { metadata: { annotations: brought ?? {} } } }))
    return `the template of ${subject} comes back, and today's configuration applies`;
  return `the template of ${subject} comes back, and its configuration is today's`;
}

/** `kubectl lockstep undo` */
export const undo: Run<(typeof UNDO)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const workload = await readOne(session, oneWorkload(args));
  throwUnlessPossible(workload);
  const revisions = await readRevisions(session, workload);
  const target = targetOf(workload, revisions, values.toRevision);
  const subject = nameOf(workload);
  const to = `revision ${target.number}`;
  if (revisionsOf(workload.template, 'same-marks', workload.kind)(target.template)) {
    io.out(`${subject} stays as it is: its template is that of ${to} already\n`);
    return 0;
  }
  const { state, why } = await keptOf(session, await readLive(session, workload, [target]), workload, target);
  io.err(`Configuration of ${to}: ${KEPT[state]}${why.length > 0 ? ` (${why.join('; ')})` : ''}.\n`);
  if (values.dryRun === 'client') {
    io.out(`${subject} goes back to ${to} (dry run)\n`);
    return 0;
  }
  const patch = undoPatch(workload, target);
  const foretold = await patchWorkload(session, workload, patch, true);
  io.err(`If you go back to ${to}, ${effectOf(foretold, target)}.\n`);
  if (values.dryRun === 'server') {
    io.out(`${subject} goes back to ${to} (server dry run)\n`);
    return 0;
  }
  if (!(await isConfirmed(io, `Go back to ${to}?`, values.yes))) {
    io.err('Nothing was changed.\n');
    return 1;
  }
  const after = await patchWorkload(session, workload, patch, false);
  io.out(`${subject} went back to ${to}\n`);
  return values.wait ? followOne(session, after, values.timeout) : 0;
};
