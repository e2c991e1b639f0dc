import type { Io } from '../io.ts';
import { type OutputValues, printList, printNotes } from '../printing/output.ts';
import { type Colour, type Column, printable } from '../printing/table.ts';
import { notesOn } from './advice.ts';
import type { Finding, MigrationState, Origin } from './finding.ts';
import type { FoundInCluster } from './in-cluster.ts';
import { type Command, type MigrationReport, reportName } from './report.ts';

type PrintValues = OutputValues & { readonly allNamespaces?: boolean | undefined };

const COLOURS: Readonly<Record<MigrationState, Colour>> = {
  Replace: 'green',
  Keep: 'yellow',
  Leftover: 'grey',
};

/** A line of the table. */
interface Row {
  readonly report: MigrationReport;
  readonly finding: Finding;
}

const NAMESPACE: Column<Row> = {
  header: 'NAMESPACE',
  cell: ({ report }) => report.metadata.namespace ?? '',
};
const COLUMNS: readonly Column<Row>[] = [
  { header: 'NAME', cell: ({ report }) => reportName(report) },
  { header: 'WHAT', cell: ({ finding }) => finding.what },
  { header: 'ON', cell: ({ finding }) => finding.on },
  { header: 'STATE', cell: ({ finding }) => finding.state, colour: ({ finding }) => COLOURS[finding.state] },
  { header: 'MESSAGE', cell: ({ finding }) => finding.message },
];

function effectOf({ rollsPods, unrecorded, doubt }: Command): string {
  if (rollsPods === 'never') return 'restarts no pod';
  if (rollsPods === 'always') return 'rolls all pods: together with the next release';
  if (doubt !== undefined) return `may roll its pods now, as any update does: ${doubt}`;
  return `may roll all pods once: lockstep has not recorded ${unrecorded.join(', ')}`;
}

/** The commands, to be looked at and pasted. */
function commandsText(reports: readonly MigrationReport[]): string {
  return reports
    .flatMap((report) =>
      report.commands.map((each) => {
        const { command } = each;
        const effect = effectOf(each);
        // In one line: the name of a volume's source may have a line break, and what follows it would be a command.
        return `\n# ${printable(`${reportName(report)}: ${effect}`)}\n${command}\n`;
      }),
    )
    .join('');
}

function printReports(io: Io, reports: readonly MigrationReport[], origin: Origin, values: PrintValues) {
  const empty = `Nothing of ${origin} found.`;
  const { kind } = values.output;
  if (kind !== 'table' && kind !== 'wide') {
    const printed = { columns: [], rows: reports, listKind: 'MigrationList', nameOf: reportName, empty };
    printList(io, printed, values);
    return;
  }
  const rows = reports.flatMap((report) => report.findings.map((finding) => ({ report, finding })));
  const columns = values.allNamespaces ? [NAMESPACE, ...COLUMNS] : COLUMNS;
  printList(io, { columns, rows, listKind: '', nameOf: () => '', empty }, values);
  io.out(commandsText(reports));
}

/** Prints what was found in a cluster. */
export function reportCluster(
  io: Io,
  { reports, notes }: FoundInCluster,
  origin: Origin,
  values: PrintValues,
): 0 | 1 {
  printReports(io, reports, origin, values);
  const findings = reports.flatMap((report) => report.findings);
  printNotes(io, [...notes, ...notesOn(origin, findings)]);
  return findings.length > 0 ? 1 : 0;
}
