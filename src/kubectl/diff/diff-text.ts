import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { type Colour, coloured, printable } from '../printing/table.ts';
import { type KeyChange, valuesOf } from './changes.ts';
import type { Contents, SourceDiff, WorkloadDiff } from './workload-diff.ts';

const idOf = ({ kind, name }: SourceDiff): string => `${kind.toLowerCase()}/${name}`;
const bytes = (count: number | undefined): string => `${count ?? 0} ${count === 1 ? 'byte' : 'bytes'}`;

function keyLine({ key, change, bytesBefore, bytesNow }: KeyChange): string {
  switch (change) {
    case 'added':
      return `+${key}: ${bytes(bytesNow)}`;
    case 'removed':
      return `-${key}: ${bytes(bytesBefore)}`;
    case 'changed':
      return `~${key}: ${bytes(bytesBefore)} -> ${bytes(bytesNow)}`;
    default:
      return change satisfies never;
  }
}

const headers = (diff: SourceDiff, key = ''): string =>
  `--- ${idOf(diff)}${key} (as its pods read it, ${diff.copy})\n+++ ${idOf(diff)}${key} (now)\n`;

/** The values of a key as a unified diff. Binary ones by their sizes. */
function valueText(diff: SourceDiff, change: KeyChange, { before, now }: Contents): string {
  const [was, is] = [valuesOf(before).get(change.key), valuesOf(now).get(change.key)];
  const isBinary = [was, is].some((value) => value !== undefined && value.text === undefined);
  const head = headers(diff, `#${change.key}`);
  if (isBinary) return `${head}${keyLine(change)}\n`;
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch('a', 'b', was?.text ?? '', is?.text ?? '', undefined, undefined, options);
  return `${head}${patch.slice(patch.indexOf('@@'))}`;
}

function pinnedText(diff: SourceDiff, contents: Contents | undefined): string {
  const { keys = [] } = diff;
  if (!contents) return `${headers(diff)}${keys.map((change) => `${keyLine(change)}\n`).join('')}`;
  return keys.map((change) => valueText(diff, change, contents)).join('');
}

function writersText({ writers = [] }: SourceDiff): string {
  return writers
    .map(
      ({ manager = 'somebody', time, keys }) =>
        `  written by ${manager} at ${time}, to whom these keys belong: ${keys.join(', ')}\n`,
    )
    .join('');
}

function sourceText(diff: SourceDiff, contents: Contents | undefined): string {
  const { change, why } = diff;
  if (change === 'same') return '';
  if (diff.keys && diff.keys.length > 0) return pinnedText(diff, contents);
  const what = {
    changed: 'changed since its pods started',
    appeared: 'appeared',
    gone: 'is gone',
    unknown: 'unknown',
  };
  return `${idOf(diff)}: ${what[change]}${why === undefined ? '' : `: ${why}`}\n${writersText(diff)}`;
}

const colourOf = (line: string): Colour | undefined => {
  if (line.startsWith('+')) return 'green';
  if (line.startsWith('-')) return 'red';
  return line.startsWith('~') ? 'yellow' : undefined;
};

/**
 * The differences, as `kubectl diff` prints them. Empty: there are none.
 * @param contents the values of ConfigMaps, if they are to be printed
 */
export function diffText(
  { sources }: WorkloadDiff,
  contents: ReadonlyMap<string, Contents> | undefined,
  colour: boolean,
): string {
  const text = sources.map((each) => sourceText(each, contents?.get(idOf(each)))).join('');
  return text
    .split('\n')
    .map((line) => coloured(printable(line.replaceAll('\t', '  ')), colourOf(line), colour))
    .join('\n');
}
