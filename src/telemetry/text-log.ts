import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';
import { parseJson } from '../json.ts';

/** Fields that have a place of their own in a line. */
const PLACED = new Set(['level', 'time', 'msg']);

/** A value as one word, or in quotes if it has spaces, quotes or control characters: no value makes a line. */
function toWord(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? '';
}

/** A message on one line. */
const toMessage = (msg: unknown): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
  String(msg ?? '').replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    const digits = char.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${digits}`;
  });

/** `2026-11-28T07:00:00.000Z INFO rolled deployment/web: configmap/app changed namespace=shop user=anna` */
export function toTextLine(line: string): string {
  const entry = parseJson(line);
  // Not one of ours: it is not lost.
  if (typeof entry !== 'object' || entry === null) return line;
  const { level, time, msg } = entry as Readonly<Record<string, unknown>>;
  const fields = Object.entries(entry).flatMap(([name, value]) =>
    PLACED.has(name) || value === undefined ? [] : [`${name}=${toWord(value)}`],
  );
  return `${[String(time), String(level).toUpperCase().padEnd(5), toMessage(msg), ...fields].join(' ')}\n`;
}

/** A destination of the log that people read. */
export const textDestination = (out: Pick<Writable, 'write'> = process.stdout): DestinationStream => ({
  write: (line) => void out.write(toTextLine(line)),
});
