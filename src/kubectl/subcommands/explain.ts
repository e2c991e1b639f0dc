import type { Run } from '../command.ts';
import type { ExplainedReference, ExplainedSource, Explanation } from '../explain/explanation.ts';
import type { PolicyRow } from '../explain/policy-row.ts';
import { readExplanation } from '../explain/read-explanation.ts';
import { printNotes, printObject } from '../printing/output.ts';
import { type Column, printable, toTable } from '../printing/table.ts';
import { subjectOf } from '../report.ts';
import { keysText } from '../users.ts';
import { oneWorkload } from '../workload-args.ts';
import type { EXPLAIN } from './explain-info.ts';

const idOf = ({ kind, name }: Pick<ExplainedSource, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`;
const none = (text: string): string => text || '<none>';

const POLICY: readonly Column<PolicyRow>[] = [
  { header: 'SETTING', cell: ({ setting }) => setting },
  { header: 'VALUE', cell: ({ value }) => value },
  { header: 'FROM', cell: ({ from }) => from },
];

const namesOf = (keys: ExplainedSource['keys'], counts: boolean): string => {
  if (!keys) return '<unknown>';
  return none(
    keys
      .filter((key) => key.counts === counts)
      .map(({ name }) => name)
      .join(','),
  );
};

function existsText({ exists, verdict }: ExplainedSource): string {
  if (exists === false) return 'missing';
  return verdict ?? 'ignored';
}

const SOURCES: readonly Column<ExplainedSource>[] = [
  { header: 'NAME', cell: idOf },
  { header: 'STATE', cell: existsText },
  { header: 'DIGEST', cell: ({ digest }) => none(digest ?? '') },
  { header: 'LAST CHANGE', cell: ({ lastChange }) => lastChange?.time ?? '<unknown>' },
  { header: 'BY', cell: ({ lastChange }) => lastChange?.manager ?? '<unknown>' },
  { header: 'KEYS THAT COUNT', cell: ({ keys }) => namesOf(keys, true) },
  { header: 'OTHER KEYS', cell: ({ keys }) => namesOf(keys, false) },
];

const REFERENCES: readonly Column<ExplainedReference>[] = [
  { header: 'SOURCE', cell: idOf },
  { header: 'KEYS', cell: ({ keys }) => keysText(keys) },
  { header: 'COUNTS', cell: ({ counts }) => counts },
  { header: 'OPTIONAL', cell: ({ optional }) => String(optional) },
  { header: 'PLACE', cell: ({ place }) => place },
];

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

function section<T>(
  title: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
  colour: boolean,
): string {
  const text = rows.length === 0 ? '<none>\n' : toTable(columns, rows, { colour });
  return `${title}:\n${indented(text)}`;
}

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;

/** What does not count, each once: `configmap/app#debug: lockstep.dev/ignore of the workload`. */
function ignoredLines({ references }: Explanation): readonly string[] {
  const lines = references.flatMap((reference) =>
    reference.ignored.map(({ keys, by }) => {
      const what = keys === 'all' ? '' : keys === 'others' ? ' (other keys)' : `#${keys.join(', #')}`;
      return `${idOf(reference)}${what}: ${by}`;
    }),
  );
  return [...new Set(lines)];
}

/** The explanation, as `kubectl describe` prints objects. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const { metadata, status, policy, sources, references, problems } = explanation;
  const head = [
    ['Name:', subjectOf(explanation)],
    ['Namespace:', metadata.namespace],
    ['State:', `${status.state} (${status.reason})`],
    ['', status.message],
    ['Scale-up:', status.nextScaleUp],
    ['Pinned:', String(status.pinned)],
  ] as const;
  return [
    head.map(([name, value]) => `${name.padEnd('Namespace:'.length + 2)}${printable(value)}\n`).join(''),
    section('Policy', POLICY, policy, colour),
    section('Sources', SOURCES, sources, colour),
    section('References', REFERENCES, references, colour),
    list('Not counted', ignoredLines(explanation)),
    list('Problems', problems),
  ].join('');
}

/** `kubectl lockstep explain` */
export const explain: Run<(typeof EXPLAIN)['options']> = async (session, { args, values }) => {
  const { io } = session;
  const { explanation, notes } = await readExplanation(session, oneWorkload(args));
  printNotes(io, notes);
  const text = () => explanationText(explanation, io.terminal.colour);
  printObject(io, { data: explanation, text, name: subjectOf(explanation) }, values.output);
  return explanation.problems.length > 0 ? 1 : 0;
};
