import { expect, test } from 'vitest';
import { printNotes } from '../../../src/kubectl/printing/output.ts';
import { coloured, printable, safeText, toTable } from '../../../src/kubectl/printing/table.ts';

interface Row {
  readonly name: string;
  readonly state: string;
}

const COLUMNS = [
  { header: 'NAME', cell: ({ name }: Row) => name },
  { header: 'STATE', cell: ({ state }: Row) => state, colour: () => 'red' as const },
  { header: 'MORE', cell: () => 'x', wide: true as const },
];
const ROWS = [
  { name: 'a', state: 'Drifted' },
  { name: 'much-longer', state: 'Held' },
];

test('columns are three spaces apart, and no line ends in spaces', () => {
  expect(toTable(COLUMNS, ROWS)).toBe('NAME          STATE\na             Drifted\nmuch-longer   Held\n');
});

test('wide columns are there only if they are asked for', () => {
  expect(toTable(COLUMNS, ROWS, { wide: true })).toBe(
    'NAME          STATE     MORE\na             Drifted   x\nmuch-longer   Held      x\n',
  );
});

test('without headers', () => {
  expect(toTable(COLUMNS, ROWS, { headers: false })).toBe('a             Drifted\nmuch-longer   Held\n');
});

test('without rows', () => {
  expect(toTable(COLUMNS, [])).toBe('NAME   STATE\n');
});

test('colours do not count as characters', () => {
  const plain = toTable(COLUMNS, ROWS, { wide: true });
  const inColour = toTable(COLUMNS, ROWS, { wide: true, colour: true });
  expect(inColour).toContain(coloured('Drifted', 'red', true));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
  expect(inColour.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('nobody’s text moves the cursor of a terminal', () => {
  expect(printable('a\u001b[2Jb\r\nc\u009b')).toBe('a?[2Jb??c?');
});

test('a line is not read in another order than it is written', () => {
  expect(printable('a\u202eb\u200bc')).toBe('a?b?c');
});

test('of a whole text, colours of others go: one of them hides what follows', () => {
  expect(safeText('a\u001b[8mhidden\u001b[0m')).toBe('a?[8mhidden\u001b[0m');
});

test('a note is one line, whatever it quotes', () => {
  const lines: string[] = [];
  printNotes({ err: (text) => void lines.push(text) }, ['a\nerror: forged']);
  expect(lines).toEqual(['note: a?error: forged\n']);
});

test('of a whole text, lines and our colours stay', () => {
  const text = `${coloured('Drifted', 'red', true)}\ta\u001b[2Jb\n\u001b]0;x\u0007\r\n`;
  expect(safeText(text)).toBe(`${coloured('Drifted', 'red', true)}\ta?[2Jb\n?]0;x??\n`);
});
