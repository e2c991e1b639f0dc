import type { Nested } from '../workloads/fields.ts';

/** A value to put under a key: a string, or objects around one. */
export type Entry = Nested<string>;

/** The style of the text around a splice, so that the inserted text looks like it. */
export interface Style {
  readonly eol: string;
  /** One step of indentation. */
  readonly step: string;
}

export interface FlowStyle extends Style {
  /** Double quotes around keys and values, as in JSON. */
  readonly quoted: boolean;
  /** Between key and value: `: ` or `:`. */
  readonly colon: string;
  /** The indentation of entries if each has its own line; undefined if all share one. */
  readonly indent: string | undefined;
}

/** A string as a YAML scalar: plain if every YAML parser reads it as a string, else in single quotes. */
export function scalar(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && text.length > 5 ? text : `'${text.replaceAll("'", "''")}'`;
}

/** `key: entry` in block style. Each line is indented and ended. */
export function blockEntry(key: string, entry: Entry, indent: string, style: Style): string {
  if (typeof entry === 'string') return `${indent}${key}: ${scalar(entry)}${style.eol}`;
  const inner = Object.entries(entry).map(([k, e]) => blockEntry(k, e, indent + style.step, style));
  return `${indent}${key}:${style.eol}${inner.join('')}`;
}

/** An entry as a flow value. */
export function flowValue(entry: Entry, style: FlowStyle): string {
  if (typeof entry === 'string') return style.quoted ? JSON.stringify(entry) : scalar(entry);
  const { indent, eol, step } = style;
  const deeper = indent === undefined ? style : { ...style, indent: indent + step };
  const entries = Object.entries(entry).map(([key, inner]) => flowEntry(key, inner, deeper));
  if (deeper.indent === undefined) return `{${entries.join(style.colon === ':' ? ',' : ', ')}}`;
  const lines = entries.map((line) => `${deeper.indent}${line}`).join(`,${eol}`);
  return `{${eol}${lines}${eol}${indent}}`;
}

/** `key: entry` in flow style, without a comma. */
export function flowEntry(key: string, entry: Entry, style: FlowStyle): string {
  return `${style.quoted ? JSON.stringify(key) : key}${style.colon}${flowValue(entry, style)}`;
}
