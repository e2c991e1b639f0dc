import type { Values } from '../../config/option.ts';
import { kindOfObject, WORKLOAD_KINDS } from '../../workloads/kinds.ts';
import type { Run } from '../command.ts';
import { gatherWorkloads, judgeAll, placeOf } from '../gather.ts';
import { printList } from '../printing/output.ts';
import { progressOn } from '../printing/progress.ts';
import type { Colour, Column } from '../printing/table.ts';
import { changedOf, reportOf, type WorkloadReport } from '../report.ts';
import type { Session } from '../session.ts';
import { isTrouble, type WorkloadState } from '../standing.ts';
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

/** `deployment/web`. An object of a custom kind has its group: `rollout.argoproj.io/web`. */
export function subjectOf({ workload, metadata }: Pick<WorkloadReport, 'workload' | 'metadata'>): string {
  const kind = kindOfObject(WORKLOAD_KINDS, workload);
  return `${kind?.singular ?? workload.kind.toLowerCase()}/${metadata.name}`;
}

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

/** Where a command looks: in all namespaces, or in one. */
export const placeAsked = (
  session: Pick<Session, 'namespace'>,
  { allNamespaces }: { readonly allNamespaces?: boolean | undefined },
): string | undefined => (allNamespaces ? undefined : session.namespace);

/** Reads and judges what the command line asks for. */
export async function readReports(
  session: Session,
  args: readonly string[],
  values: Pick<StatusValues, 'allNamespaces' | 'selector'>,
): Promise<{ reports: readonly WorkloadReport[]; notes: readonly string[] }> {
  const { workloads: named, kinds } = namedBy(args);
  const progress = progressOn(session.io);
  try {
    const gathered = await gatherWorkloads(session, {
      namespace: placeAsked(session, values),
      ...(kinds.length > 0 && { kinds }),
      ...(named.length > 0 && { named }),
      selector: values.selector,
      onProgress: (count) => progress.show('Reading workloads', count),
    });
    const judged = await judgeAll(gathered);
    const reports = judged
      .toSorted((a, b) => (placeOf(a.workload) < placeOf(b.workload) ? -1 : 1))
      .map(reportOf);
    return { reports, notes: gathered.notes };
  } finally {
    progress.end();
  }
}

/** `kubectl lockstep status` */
export const status: Run<(typeof STATUS)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const { reports, notes } = await readReports(session, args, values);
  for (const note of notes) io.err(`note: ${note}\n`);
  const rows = values.drifted ? reports.filter(({ state }) => isTrouble(state)) : reports;
  const where = values.allNamespaces ? '' : ` in ${session.namespace} namespace`;
  printList(
    io,
    {
      columns: values.allNamespaces ? [NAMESPACE, ...COLUMNS] : COLUMNS,
      rows,
      listKind: 'WorkloadStatusList',
      nameOf: subjectOf,
      empty: `No ${values.drifted ? 'drifted ' : ''}workloads found${where}.`,
    },
    values,
  );
  return reports.some(({ state }) => isTrouble(state)) ? 1 : 0;
};
