import type { Values } from '../../config/option.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Run } from '../command.ts';
import { usageError } from '../errors.ts';
import { printNotes } from '../printing/output.ts';
import { progressOn } from '../printing/progress.ts';
import { toTable } from '../printing/table.ts';
import { readJudged } from '../read-judged.ts';
import { reportOf, subjectOf, type WorkloadReport } from '../report.ts';
import { rollAll } from '../roll/roll-all.ts';
import type { Session } from '../session.ts';
import { namedBy } from '../workload-args.ts';
import type { ROLL } from './roll-info.ts';

type RollValues = Values<(typeof ROLL)['options']>;

/** A workload that was asked for, and where it stands. */
interface Candidate {
  readonly workload: Workload;
  readonly report: WorkloadReport;
}

/** Whether an update may bring it into step. `Unknown` and `NotRecorded` are lockstep's to say. */
const mayRoll = ({ report: { state, reason } }: Candidate): boolean =>
  ['Drifted', 'Unknown', 'NotRecorded'].includes(state) ||
  (state === 'Waiting' && ['roll-on', 'paused', 'stopped', 'queued'].includes(reason));

async function readCandidates(
  session: Session,
  args: readonly string[],
  values: RollValues,
): Promise<readonly Candidate[]> {
  if (namedBy(args).workloads.length === 0 && !values.drifted)
    throw usageError(
      'name workloads, for example deployment/web, or give --drifted for all that have drifted',
    );
  const { judged, notes } = await readJudged(session, args, values);
  printNotes(session.io, notes);
  return judged
    .map((each) => ({ workload: each.workload, report: reportOf(each) }))
    .filter(({ report }) => !values.drifted || report.state === 'Drifted');
}

const COLUMNS = [
  { header: 'NAMESPACE', cell: ({ report }: Candidate) => report.metadata.namespace },
  { header: 'NAME', cell: ({ report }: Candidate) => subjectOf(report) },
  { header: 'STATE', cell: ({ report }: Candidate) => report.state },
  { header: 'PODS', cell: ({ report }: Candidate) => String(report.replicas ?? '<none>') },
  { header: 'WHY', cell: ({ report }: Candidate) => report.message },
];

/** Asks the person at the terminal. Nobody there is no refusal: `kubectl rollout restart` asks nobody either. */
async function isAgreed({ io }: Session, count: number, values: RollValues): Promise<boolean> {
  if (values.yes || !io.terminal.progress) return true;
  const answer = await io.ask(`Roll ${count === 1 ? 'this workload' : `these ${count} workloads`}? [y/N] `);
  return answer !== undefined && /^y(es)?$/i.test(answer.trim());
}

/** `kubectl lockstep roll` */
export const roll: Run<(typeof ROLL)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const candidates = await readCandidates(session, args, values);
  const rolling = candidates.filter(mayRoll);
  for (const { report } of candidates.filter((each) => !mayRoll(each)))
    io.err(`note: ${subjectOf(report)} does not roll: ${report.message}\n`);
  if (rolling.length === 0) {
    io.err('Nothing to roll.\n');
    return 0;
  }
  io.out(toTable(COLUMNS, rolling, { colour: io.terminal.colour }));
  if (values.dryRun === 'client') return 0;
  if (values.dryRun === 'none' && !(await isAgreed(session, rolling.length, values))) {
    io.err('Nothing was rolled.\n');
    return 1;
  }
  const isOk = await rollAll(
    session,
    rolling.map(({ workload, report }) => ({ workload, certain: report.state === 'Drifted' })),
    {
      concurrency: values.concurrency,
      timeoutMs: values.timeout,
      keepGoing: values.keepGoing === true,
      dryRun: values.dryRun === 'server',
      progress: progressOn(io),
    },
  );
  return isOk ? 0 : 1;
};
