/** A column of a table. */
export interface Column<T> {
  /** In upper case, as kubectl has it. */
  readonly header: string;
  readonly cell: (row: T) => string;
  /** It is shown only with `-o wide`. */
  readonly wide?: true;
  /** The colour of its cells, on a terminal. */
  readonly colour?: (row: T) => Colour | undefined;
}

export const COLOURS = { red: 31, green: 32, yellow: 33, grey: 90 } as const;
export type Colour = keyof typeof COLOURS;

/** Text in a colour. */
export const coloured = (text: string, colour: Colour | undefined, on: boolean): string =>
  on && colour !== undefined ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** kubectl has three spaces between columns. */
const GAP = 3;

/**
 * Names and messages without control and format characters: nobody's text may move the cursor of a terminal, or change
 * the order in which a line is read. The API server allows them in annotations, say.
 */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '?');

const OURS_OR_CONTROL = new RegExp(
  `(\u001b\\[(?:${[0, ...Object.values(COLOURS)].join('|')})m|\\n|\\t)|\\p{C}`,
  'gu',
);

/** What a command prints, line by line. Only our own colours may control the terminal. */
export const safeText = (text: string): string =>
  text.replace(OURS_OR_CONTROL, (_, ours?: string) => ours ?? '?');

export interface TableOptions<T> {
  readonly wide?: boolean;
  readonly colour?: boolean;
  readonly headers?: boolean;
  /** Further rows that the columns have to be wide enough for. */
  readonly among?: readonly T[];
}

/** A table as kubectl prints it. Without rows it has its headers only. */
export function toTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  { wide = false, colour = false, headers = true, among = [] }: TableOptions<T> = {},
): string {
  const shown = columns.filter((column) => wide || !column.wide);
  const cells = rows.map((row) => shown.map(({ cell }) => printable(cell(row))));
  const heads = headers ? [shown.map(({ header }) => header)] : [];
  const widths = shown.map(({ header, cell }) =>
    [...rows, ...among].reduce((most, row) => Math.max(most, printable(cell(row)).length), header.length),
  );
  const toLine = (line: readonly string[], row?: T) =>
    line
      .map((text, i) => {
        const isLast = i === line.length - 1;
        const padding = isLast ? '' : ' '.repeat((widths[i] ?? 0) - text.length + GAP);
        const wanted = row === undefined ? undefined : shown[i]?.colour?.(row);
        return `${coloured(text, wanted, colour)}${padding}`;
      })
      .join('');
  const lines = [...heads.map((line) => toLine(line)), ...cells.map((line, i) => toLine(line, rows[i]))];
  return lines.map((line) => `${line}\n`).join('');
}
