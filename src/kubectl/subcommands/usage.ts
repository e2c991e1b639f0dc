import type { Values } from '../../config/option.ts';
import { sourceId } from '../../references/sources.ts';
import type { Run } from '../command.ts';
import { printList, printNotes } from '../printing/output.ts';
import { progressOn } from '../printing/progress.ts';
import type { Colour, Column } from '../printing/table.ts';
import { placeAsked } from '../read-judged.ts';
import type { Session } from '../session.ts';
import { sourcesNamedBy } from '../source-args.ts';
import { readUsages } from '../usage/read-usage.ts';
import { isProblem, type ReportedUse, type SourceUsage, type UsageState } from '../usage/usage-report.ts';
import { keysText } from '../users.ts';
import type { USAGE } from './usage-info.ts';

const COLOURS: Readonly<Record<UsageState, Colour | undefined>> = {
  Used: 'green',
  Unused: 'yellow',
  Missing: 'red',
  MissingKeys: 'red',
  Absent: 'grey',
  Unknown: 'grey',
};

const idOf = ({ source, metadata }: SourceUsage): string => `${source.kind.toLowerCase()}/${metadata.name}`;
const none = (text: string): string => text || '<none>';

/** So many users stand in a line. */
const MOST_NAMES = 3;

function namesText(uses: readonly ReportedUse[]): string {
  const names = [...new Set(uses.map(({ by }) => by))];
  const more = names.length - MOST_NAMES;
  return none(`${names.slice(0, MOST_NAMES).join(',')}${more > 0 ? ` and ${more} more` : ''}`);
}

function allKeys(uses: readonly ReportedUse[]): string {
  const named = uses.flatMap(({ keys }) => keys ?? []);
  return none(uses.some(({ keys }) => keys === 'all') ? 'all' : [...new Set(named)].sort().join(','));
}

const missingOf = ({ state, usedBy }: SourceUsage): string =>
  state === 'Missing'
    ? '<the whole>'
    : none([...new Set(usedBy.flatMap(({ missingKeys }) => missingKeys))].join(','));

const NAMESPACE: Column<SourceUsage> = { header: 'NAMESPACE', cell: ({ metadata }) => metadata.namespace };
const COLUMNS: readonly Column<SourceUsage>[] = [
  { header: 'NAME', cell: idOf },
  { header: 'STATE', cell: ({ state }) => state, colour: ({ state }) => COLOURS[state] },
  { header: 'KEYS', cell: ({ usedBy }) => allKeys(usedBy) },
  { header: 'MISSING', cell: missingOf },
  { header: 'USED BY', cell: ({ usedBy }) => namesText(usedBy) },
];

/** A line for each user of each source. */
type Line = { readonly of: SourceUsage; readonly use: ReportedUse };

const LINES: readonly Column<Line>[] = [
  { header: 'SOURCE', cell: ({ of }) => idOf(of) },
  { header: 'USED BY', cell: ({ use }) => use.by },
  { header: 'KEYS', cell: ({ use }) => (use.keys ? keysText(use.keys, use.except) : '<none>') },
  {
    header: 'MISSING',
    cell: ({ of, use }) => (of.state === 'Missing' ? '<the whole>' : none(use.missingKeys.join(','))),
  },
  { header: 'OPTIONAL', cell: ({ use }) => String(use.optional) },
  { header: 'PLACES', cell: ({ use }) => use.places.join(',') },
];

const UNLOOKED = 'Objects of other kinds, and programs that read the API, may use what is Unused here.';

type UsageValues = Values<(typeof USAGE)['options']>;

function printRows(
  session: Session,
  rows: readonly SourceUsage[],
  named: boolean,
  values: UsageValues,
): void {
  const { io, namespace } = session;
  const isWide = values.output.kind === 'wide';
  const isTable = values.output.kind === 'table' || isWide;
  if (isTable && (named || isWide) && rows.some(({ usedBy }) => usedBy.length > 0)) {
    const lines = rows.flatMap((of) => of.usedBy.map((use) => ({ of, use })));
    const columns = values.allNamespaces
      ? [{ header: 'NAMESPACE', cell: ({ of }: Line) => of.metadata.namespace }, ...LINES]
      : LINES;
    printList(io, { columns, rows: lines, listKind: '', nameOf: ({ of }) => idOf(of), empty: '' }, values);
    return;
  }
  printList(
    io,
    {
      columns: values.allNamespaces ? [NAMESPACE, ...COLUMNS] : COLUMNS,
      rows,
      listKind: 'SourceUsageList',
      nameOf: idOf,
      empty: `No ConfigMaps or Secrets found${values.allNamespaces ? '' : ` in ${namespace} namespace`}.`,
    },
    values,
  );
  if (isTable && rows.some(({ state }) => state === 'Unused')) io.err(`note: ${UNLOOKED}\n`);
}

/** `kubectl lockstep usage` */
export const usage: Run<(typeof USAGE)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const named = new Set(sourcesNamedBy(args).map(sourceId));
  const progress = progressOn(io);
  const { usages, copies, notes } = await readUsages(session, placeAsked(session, values), (count) =>
    progress.show('Reading workloads', count),
  ).finally(() => progress.end());
  printNotes(io, notes);
  const rows = usages
    .filter((each) => named.size === 0 || named.has(idOf(each)))
    .filter((each) => !values.unused || each.state === 'Unused')
    .filter((each) => !values.missing || isProblem(each));
  for (const id of named)
    if (!usages.some((each) => idOf(each) === id))
      io.err(`note: nothing that was looked at refers to ${id}, and it does not exist\n`);
  printRows(session, rows, named.size > 0, values);
  if (named.size === 0 && copies > 0) io.err(`note: ${copies} copies that lockstep keeps are not listed\n`);
  return rows.some(isProblem) ? 1 : 0;
};
