import { JSONPath } from 'jsonpath-plus';
import { usageError } from '../errors.ts';

/** A part of kubectl's template: text, or an expression in braces. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'range'; readonly path: string; readonly parts: readonly Part[] };

/** The escapes of a quoted text: `{"\n"}`. */
function unquoted(quoted: string): string {
  const inner = quoted.slice(1, -1);
  return inner.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}

/** A name with dots in it, each behind a backslash: `.labels.app\.kubernetes\.io/name`. */
const DOTTED = /\.((?:[\w/-]|\\\.)*\\\.(?:[\w/-]|\\\.)*)/g;

/** kubectl's paths begin at the object, with or without `$` and a dot. */
const toPath = (given: string): string => {
  const path = given
    .replace(/^@/, '$')
    .replace(DOTTED, (_, name: string) => `['${name.replaceAll('\\.', '.')}']`);
  if (path.startsWith('$')) return path;
  return path.startsWith('.') || path.startsWith('[') ? `$${path}` : `$.${path}`;
};

/** Where the expression that begins at an opening brace ends. Braces in quotes do not count. */
function endOf(template: string, start: number): number {
  let quote = '';
  for (let i = start + 1; i < template.length; i += 1) {
    const char = template[i] ?? '';
    if (quote !== '') {
      if (char === '\\') i += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return i;
  }
  throw usageError(`jsonpath: the brace at character ${start + 1} is not closed`);
}

/** Parses parts until the template, or the range that they are in, ends. */
function parse(template: string, from: number, inRange: boolean): { parts: Part[]; end: number } {
  const parts: Part[] = [];
  let at = from;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open < 0) break;
    if (open > at) parts.push({ kind: 'text', text: template.slice(at, open) });
    const close = endOf(template, open);
    const inner = template.slice(open + 1, close).trim();
    at = close + 1;
    if (inner === 'end') {
      if (!inRange) throw usageError('jsonpath: {end} without {range}');
      return { parts, end: at };
    }
    if (/^range\s/.test(inner)) {
      const { parts: body, end } = parse(template, at, true);
      parts.push({ kind: 'range', path: toPath(inner.slice('range'.length).trim()), parts: body });
      at = end;
    } else if (/^(["']).*\1$/s.test(inner)) parts.push({ kind: 'text', text: unquoted(inner) });
    else parts.push({ kind: 'path', path: toPath(inner) });
  }
  if (inRange) throw usageError('jsonpath: {range} without {end}');
  if (at < template.length) parts.push({ kind: 'text', text: template.slice(at) });
  return { parts, end: template.length };
}

function found(json: unknown, path: string): unknown[] {
  try {
    const values: unknown = JSONPath({ path, json: json as object, wrap: true, eval: 'safe' });
    return Array.isArray(values) ? values : [];
  } catch {
    throw usageError(`jsonpath: "${path}" is no path that can be followed`);
  }
}

const toText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

function print(parts: readonly Part[], json: unknown): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const values = found(json, part.path);
      if (part.kind === 'path') return values.map(toText).join(' ');
      return values.map((each) => print(part.parts, each)).join('');
    })
    .join('');
}

/**
 * Prints parts of an object as `kubectl -o jsonpath=TEMPLATE` does: `{.items[*].metadata.name}`, `{range ...}{end}`.
 * @throws LockstepError USAGE
 */
export function toJsonpath(template: string, json: unknown): string {
  const whole = template.includes('{') ? template : `{${template}}`;
  return print(parse(whole, 0, false).parts, json);
}
