import { InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import type { OptionTable, ValueType } from '../../config/option.ts';
import { SWITCH } from '../../config/value-types.ts';
import type { Io } from '../io.ts';
import { toJsonpath } from './jsonpath.ts';
import { type Column, printable, safeText, toTable } from './table.ts';

/** How a command prints what it found. */
export type OutputFormat =
  | { readonly kind: 'table' | 'wide' | 'json' | 'yaml' | 'name' }
  | { readonly kind: 'jsonpath'; readonly template: string };

const WORDS = ['table', 'wide', 'json', 'yaml', 'name'] as const;

const FORMAT: ValueType<OutputFormat> = {
  valueName: 'format',
  words: [...WORDS, 'jsonpath='],
  parse(given) {
    const word = WORDS.find((each) => each === given);
    if (word !== undefined) return { kind: word };
    if (given.startsWith('jsonpath=')) return { kind: 'jsonpath', template: given.slice('jsonpath='.length) };
    throw new InvalidArgumentError(`Allowed choices are ${WORDS.join(', ')}, jsonpath=TEMPLATE.`);
  },
};

export const OUTPUT_OPTIONS = {
  '--output': {
    value: FORMAT,
    short: '-o',
    default: 'table',
    env: false,
    description: `how to print: ${WORDS.join(', ')}, jsonpath=TEMPLATE`,
  },
  '--no-headers': { value: SWITCH, env: false, description: 'print tables without their headers' },
} as const satisfies OptionTable;

/** Values of OUTPUT_OPTIONS. commander turns `--no-headers` into `headers`, which is false then. */
export interface OutputValues {
  readonly output: OutputFormat;
  readonly headers?: boolean | undefined;
}

/** A list of things to print, as a table, as data, or by name. */
export interface Printed<T> {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** The kind of the list in JSON and YAML: `WorkloadStatusList`. */
  readonly listKind: string;
  /** `deployment/web`, for `-o name`. */
  readonly nameOf: (row: T) => string;
  /** What is said if there are no rows: `No workloads found in shop namespace.` */
  readonly empty: string;
  /** Rows that were printed before. The columns stay as wide as these need them. */
  readonly before?: readonly T[];
}

/** The document of a list. */
const toList = <T>({ rows, listKind }: Printed<T>) => ({
  apiVersion: 'kubectl.lockstep.dev/v1',
  kind: listKind,
  items: rows,
});

/** Says what could not be read, and what was assumed instead. */
export function printNotes({ err }: Pick<Io, 'err'>, notes: readonly string[]): void {
  for (const note of notes) err(`note: ${printable(note)}\n`);
}

/** Whether a program is to read it. */
export const isData = ({ kind }: OutputFormat): boolean =>
  kind === 'json' || kind === 'yaml' || kind === 'jsonpath';

/** One thing to print: for people, by name, or as data. */
export interface PrintedObject {
  readonly data: unknown;
  readonly text: () => string;
  readonly name: string;
}

/** Prints one thing in the format that the person asked for. */
export function printObject(io: Io, { data, text, name }: PrintedObject, output: OutputFormat): void {
  if (isData(output)) printData(io, data, output);
  else io.out(output.kind === 'name' ? `${name}\n` : text());
}

/** Prints a text as it is, for programs. At a terminal, nobody's text may control it. */
export const printText = ({ data, terminal }: Pick<Io, 'data' | 'terminal'>, text: string): void =>
  data(terminal.width === undefined ? text : safeText(text));

/** Prints data as JSON, YAML, or parts of it. */
export function printData(io: Pick<Io, 'data' | 'terminal'>, data: unknown, format: OutputFormat): void {
  const print = (text: string) => printText(io, text);
  if (format.kind === 'yaml') print(stringify(data, { lineWidth: 0 }));
  else if (format.kind === 'jsonpath') print(toJsonpath(format.template, data));
  else print(`${JSON.stringify(data, undefined, 4)}\n`);
}

/** Prints a list in the format that the person asked for. */
export function printList<T>(io: Io, printed: Printed<T>, { output, headers = true }: OutputValues): void {
  const { columns, rows, nameOf, empty, before } = printed;
  switch (output.kind) {
    case 'table':
    case 'wide':
      if (rows.length > 0) {
        const wide = output.kind === 'wide';
        const shown = { wide, colour: io.terminal.colour, headers: headers && !before };
        io.out(toTable(columns, rows, { ...shown, ...(before && { among: before }) }));
      } else if (!before) io.err(`${empty}\n`);
      return;
    case 'name':
      io.out(rows.map((row) => `${nameOf(row)}\n`).join(''));
      return;
    default:
      printData(io, toList(printed), output);
  }
}
