import type { Run } from '../command.ts';
import { type CopyReport, copyReport, isFor, type ReportedOwner } from '../copies/copy-report.ts';
import { prune } from '../copies/prune.ts';
import { readCopies } from '../copies/read-copies.ts';
import { type Holders, isDue, readHolders } from '../copies/standing.ts';
import { unlessForbidden } from '../forbidden.ts';
import { ageOf } from '../printing/age.ts';
import { printList, printNotes } from '../printing/output.ts';
import type { Column } from '../printing/table.ts';
import { placeAsked } from '../read-judged.ts';
import type { Session } from '../session.ts';
import { oneWorkload } from '../workload-args.ts';
import type { COPIES } from './copies-info.ts';

const none = (text: string): string => text || '<none>';

function ownerText({ kind, name, workload, reserves }: ReportedOwner): string {
  const own = `${kind.toLowerCase()}/${name}`;
  if (reserves) return `${own} (reserved)`;
  return workload === undefined ? own : `${own} (${workload})`;
}

const NAMESPACE: Column<CopyReport> = { header: 'NAMESPACE', cell: ({ metadata }) => metadata.namespace };

const columnsAt = (nowMs: number): readonly Column<CopyReport>[] => [
  { header: 'NAME', cell: ({ metadata }) => metadata.name },
  { header: 'OF', cell: ({ of }) => `${of.kind.toLowerCase()}/${of.name}` },
  { header: 'BYTES', cell: ({ bytes }) => (bytes === undefined ? '<not read>' : String(bytes)) },
  { header: 'AGE', cell: ({ created }) => ageOf(Date.parse(created), nowMs) },
  { header: 'LAST USE', cell: ({ lastUse }) => ageOf(Date.parse(lastUse), nowMs) },
  {
    header: 'OVERDUE',
    cell: ({ overdue }) => String(overdue),
    colour: ({ overdue }) => (overdue ? 'yellow' : undefined),
  },
  { header: 'OWNERS', cell: ({ owners }) => none(owners.map(ownerText).join(',')) },
  {
    header: 'NAMED BY',
    cell: ({ namedBy }) => (namedBy ? none(namedBy.join(',')) : '<unknown>'),
    wide: true,
  },
];

async function readReports(session: Session, namespace: string | undefined) {
  const { client, signal } = session;
  const { policy } = await session.policy();
  const { copies, notes } = await readCopies(session, namespace);
  const holders = new Map<string, Holders>();
  let hidden = false;
  for (const place of new Set(copies.map(({ meta }) => meta.namespace))) {
    const read = () => readHolders(client, policy, place, signal);
    const found = await unlessForbidden(session, read, undefined);
    if (found) holders.set(place, found);
    else hidden = true;
  }
  const nowMs = client.clock.now();
  const reports = copies
    .map((copy) => copyReport(copy, holders.get(copy.meta.namespace), isDue(copy, policy, nowMs)))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const why =
    'you may not list all workloads and revisions here, so it is not told which of them name a copy';
  return { reports, notes: [...notes, ...(hidden ? [why] : [])] };
}

const placeOf = ({ metadata, of }: CopyReport): string =>
  `${metadata.namespace}/${of.kind.toLowerCase()}/${metadata.name}`;

/** `kubectl lockstep copies` */
export const copies: Run<(typeof COPIES)['options']> = async (session, { args, values }) => {
  const { io, client } = session;
  const place = placeAsked(session, values);
  if (args.length === 1 && args[0] === 'prune')
    return prune(session, place, { dryRun: values.dryRun === true, yes: values.yes });
  const named = args.length === 0 ? undefined : oneWorkload(args);
  const subject = named && `${named.kind.singular}/${named.name}`;
  const { reports, notes } = await readReports(session, named ? session.namespace : place);
  printNotes(io, notes);
  const columns = columnsAt(client.clock.now());
  printList(
    io,
    {
      columns: values.allNamespaces ? [NAMESPACE, ...columns] : columns,
      rows: reports.filter((each) => subject === undefined || isFor(each, subject)),
      listKind: 'SourceCopyList',
      nameOf: ({ metadata, of }) => `${of.kind.toLowerCase()}/${metadata.name}`,
      empty: `No copies found${values.allNamespaces ? '' : ` in ${session.namespace} namespace`}.`,
    },
    values,
  );
  return 0;
};
