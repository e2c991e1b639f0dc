import type { Run } from '../command.ts';
import { type RevisionReport, readHistory } from '../history/read-history.ts';
import { ageOf } from '../printing/age.ts';
import { printList, printNotes } from '../printing/output.ts';
import type { Column } from '../printing/table.ts';
import { oneWorkload } from '../workload-args.ts';
import type { HISTORY } from './history-info.ts';

const none = (text: string): string => text || '<none>';

/** `configmap/app,template`: what differs from the revision before. */
function changedText({ changed }: RevisionReport): string {
  if (!changed) return '<first>';
  const { configuration, template } = changed;
  const sources = configuration.kind === 'sources' ? configuration.changes.map(({ id }) => id) : [];
  const unnamed = configuration.kind === 'not-named' ? ['configuration'] : [];
  return none([...sources, ...unnamed, ...(template.length > 0 ? ['template'] : [])].join(','));
}

function roleText({ current, stable }: RevisionReport): string {
  return none([...(current ? ['current'] : []), ...(stable ? ['stable'] : [])].join(','));
}

const columnsAt = (nowMs: number): readonly Column<RevisionReport>[] => [
  { header: 'REVISION', cell: ({ revision }) => String(revision) },
  { header: 'AGE', cell: ({ since }) => ageOf(Date.parse(since ?? ''), nowMs) },
  { header: 'ROLE', cell: roleText, colour: ({ current }) => (current ? 'green' : undefined) },
  { header: 'PODS', cell: ({ pods }) => (pods === undefined ? '<unknown>' : String(pods)) },
  { header: 'CONFIG', cell: ({ configHash }) => none(configHash?.slice(0, 'v1-'.length + 12) ?? '') },
  { header: 'CHANGED', cell: changedText },
  { header: 'CONFIGURATION', cell: ({ configuration }) => configuration },
  { header: 'CHANGE-CAUSE', cell: ({ changeCause }) => none(changeCause ?? '') },
  { header: 'NAME', cell: nameOfRevision, wide: true },
  { header: 'WHY', cell: ({ why }) => none(why.join('; ')), wide: true },
];

function nameOfRevision({ revisionKind, metadata }: RevisionReport): string {
  return `${revisionKind.toLowerCase()}/${metadata.name}`;
}

/** `kubectl lockstep history` */
export const history: Run<(typeof HISTORY)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const named = oneWorkload(args);
  const { reports, notes } = await readHistory(session, named);
  printNotes(io, notes);
  printList(
    io,
    {
      columns: columnsAt(session.client.clock.now()),
      rows: reports,
      listKind: 'WorkloadRevisionList',
      nameOf: nameOfRevision,
      empty: `${named.kind.singular}/${named.name} has no revisions yet.`,
    },
    values,
  );
  return 0;
};
