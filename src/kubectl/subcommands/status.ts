import type { Values } from '../../config/option.ts';
import type { WorkloadState } from '../../in-step/workload-state.ts';
import { lookAtChanges } from '../changes.ts';
import type { Run } from '../command.ts';
import { isData, type OutputValues, printData, printList, printNotes } from '../printing/output.ts';
import type { Colour, Column } from '../printing/table.ts';
import { type Place, placeAsked, readJudged } from '../read-judged.ts';
import { changedOf, reportOf, subjectOf, type WorkloadReport } from '../report.ts';
import { kindsOf, type Session } from '../session.ts';
import { isTrouble } from '../standing.ts';
import { withWaits } from '../waiting.ts';
import { namedBy } from '../workload-args.ts';
import type { STATUS } from './status-info.ts';

type StatusValues = Values<(typeof STATUS)['options']>;

const STATE_COLOURS: Readonly<Record<WorkloadState, Colour | undefined>> = {
  InStep: 'green',
  Drifted: 'red',
  Waiting: 'yellow',
  Held: 'yellow',
  NotRecorded: 'grey',
  NotManaged: 'grey',
  Unknown: 'yellow',
};

const none = (text: string): string => text || '<none>';

const NAMESPACE: Column<WorkloadReport> = { header: 'NAMESPACE', cell: ({ metadata }) => metadata.namespace };

const COLUMNS: readonly Column<WorkloadReport>[] = [
  { header: 'NAME', cell: subjectOf },
  { header: 'STATE', cell: ({ state }) => state, colour: ({ state }) => STATE_COLOURS[state] },
  { header: 'REASON', cell: ({ reason }) => reason },
  { header: 'CHANGED', cell: (report) => none(changedOf(report).join(',')) },
  { header: 'PINNED', cell: ({ pinned }) => String(pinned) },
  { header: 'REPLICAS', cell: ({ replicas }) => none(replicas === undefined ? '' : String(replicas)) },
  { header: 'NEXT SCALE-UP', cell: ({ nextScaleUp }) => nextScaleUp },
  {
    header: 'RECORDED',
    cell: ({ recorded }) => none(recorded?.slice(0, 'v1-'.length + 12) ?? ''),
    wide: true,
  },
  { header: 'LIVE', cell: ({ live }) => none(live?.slice(0, 'v1-'.length + 12) ?? ''), wide: true },
  { header: 'MESSAGE', cell: ({ message }) => message, wide: true },
];

/** Reads and judges what the command line asks for, and says why drifted workloads wait. */
async function readReports(
  session: Session,
  args: readonly string[],
  values: Place,
): Promise<{ reports: readonly WorkloadReport[]; notes: readonly string[] }> {
  const { judged, notes } = await readJudged(session, args, values);
  return { reports: await withWaits(session, placeAsked(session, values), judged.map(reportOf)), notes };
}

/** Prints reports: all of them, or those that differ from what was printed before. */
function printReports(
  { io, namespace }: Pick<Session, 'io' | 'namespace'>,
  rows: readonly WorkloadReport[],
  values: StatusValues & OutputValues,
  before?: readonly WorkloadReport[],
): void {
  const where = values.allNamespaces ? '' : ` in ${namespace} namespace`;
  const printed = {
    columns: values.allNamespaces ? [NAMESPACE, ...COLUMNS] : COLUMNS,
    rows,
    listKind: 'WorkloadStatusList',
    nameOf: subjectOf,
    empty: `No ${values.drifted ? 'drifted ' : ''}workloads found${where}.`,
    ...(before && { before }),
  };
  if (!isData(values.output) || !values.watch) printList(io, printed, values);
  else for (const row of rows) printData(io, row, values.output);
}

/** Prints what changes, as it changes, until the person ends it. */
async function watchStatus(session: Session, args: readonly string[], values: StatusValues): Promise<void> {
  let before: readonly WorkloadReport[] | undefined;
  const { kinds } = namedBy(args);
  const asked = {
    kinds: kinds.length > 0 ? kinds : kindsOf(await session.policy()),
    namespace: placeAsked(session, values),
  };
  await lookAtChanges(session, asked, async () => {
    const { reports } = await readReports(session, args, values);
    const known = new Set(before?.map((report) => JSON.stringify(report)));
    const rows = reports.filter((report) => !known.has(JSON.stringify(report)));
    printReports(session, values.drifted ? rows.filter(isTroubled) : rows, values, before);
    before = reports;
  });
}

const isTroubled = ({ state }: WorkloadReport): boolean => isTrouble(state);

/** `kubectl lockstep status` */
export const status: Run<(typeof STATUS)['options']> = async (session, { args, values }) => {
  if (values.watch) {
    const { note } = await session.policy();
    if (note !== undefined) session.io.err(`note: ${note}\n`);
    await watchStatus(session, args, values);
    return 0;
  }
  const { reports, notes: all } = await readReports(session, args, values);
  printNotes(session.io, all);
  printReports(session, values.drifted ? reports.filter(isTroubled) : reports, values);
  return reports.some(isTroubled) ? 1 : 0;
};
