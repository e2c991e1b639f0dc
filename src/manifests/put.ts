import { isMap, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './documents.ts';
import { blockEntry, type Entry, flowEntry, flowValue, type Style, scalar } from './render.ts';
import {
  flowStyleOf,
  indentAt,
  lineEnd,
  lineStart,
  ownPair,
  rangeOf,
  type Splice,
  spliced,
  styleOf,
  widthAt,
} from './source-text.ts';
import { oneDocument } from './yaml.ts';

function nested(keys: readonly string[], value: string): Entry {
  const [first, ...rest] = keys;
  return first === undefined ? value : { [first]: nested(rest, value) };
}

/**
 * The offset behind the key's line: where a block map begins, comments in front of its first entry
 * included.
 */
function blockTop(text: string, firstKey: number): number {
  let top = lineStart(text, firstKey);
  while (top > 0) {
    const above = lineStart(text, top - 1);
    const line = text.slice(above, top).trim();
    if (line !== '' && !line.startsWith('#')) break;
    top = above;
  }
  return top;
}

/** A new first entry. First, because there no comment and no block scalar can stand in between. */
function insert(text: string, map: YAMLMap, key: string, entry: Entry, style: Style): Splice | undefined {
  const [first] = map.items;
  const at = rangeOf(first?.key)?.from;
  if (!first || at === undefined) return undefined;
  if (!map.flow) {
    const indent = indentAt(text, at);
    if (indent === undefined) return undefined;
    const top = blockTop(text, at);
    return { from: top, to: top, insert: blockEntry(key, entry, indent, style) };
  }
  const flow = flowStyleOf(text, first, style);
  if (!flow) return undefined;
  const gap = flow.indent !== undefined ? flow.eol + flow.indent : flow.colon === ':' ? '' : ' ';
  return { from: at, to: at, insert: `${flowEntry(key, entry, flow)},${gap}` };
}

/** A first value for a key that has none: nothing, null or `{}`. */
function fill(text: string, map: YAMLMap, pair: Pair, entry: Entry, style: Style): Splice | undefined {
  const key = rangeOf(pair.key);
  const value = rangeOf(pair.value);
  if (!key || !value) return undefined;
  if (map.flow) {
    const flow = flowStyleOf(text, pair, style);
    return flow && value.to > value.from ? { ...value, insert: flowValue(entry, flow) } : undefined;
  }
  if (typeof entry === 'string' || !/^[ \t]*:[ \t]*(\S+|\{[ \t]*\})?$/.test(text.slice(key.to, value.to)))
    return undefined;
  const end = lineEnd(text, value.to);
  const comment = text.slice(value.to, end).replace(/\r?\n$/, '');
  const indent = widthAt(text, key.from) + style.step;
  const lines = Object.entries(entry).map(([k, e]) => blockEntry(k, e, indent, style));
  return { from: key.to, to: end, insert: `:${comment}${style.eol}${lines.join('')}` };
}

/** Another value for a key that has a string. */
function replace(text: string, map: YAMLMap, pair: Pair, value: string, style: Style): Splice | undefined {
  const range = rangeOf(pair.value);
  if (!range || range.from === range.to) return undefined;
  const old = text.slice(range.from, range.to);
  const quoted =
    old.startsWith('"') || (map.flow === true && flowStyleOf(text, pair, style)?.quoted === true);
  const written = quoted ? JSON.stringify(value) : scalar(value);
  // A block scalar's text ends with its last line.
  return { ...range, insert: old.endsWith('\n') ? written + style.eol : written };
}

function find(text: string, map: YAMLMap, path: Path, value: string, style: Style): Splice | undefined {
  const [key, ...rest] = path;
  if (typeof key !== 'string') return undefined;
  const entry = nested(
    rest.filter((part) => typeof part === 'string'),
    value,
  );
  const pair = ownPair(map, key);
  if (!pair) return insert(text, map, key, entry, style);
  if (rest.length === 0) return replace(text, map, pair, value, style);
  if (isMap(pair.value) && pair.value.items.length > 0)
    return find(text, pair.value, rest, value, styleOf(text, map));
  return fill(text, map, pair, entry, style);
}

/** Steps over list items: from the root to the object's own map. */
export function descend(
  node: unknown,
  path: Path,
): { readonly map: YAMLMap; readonly rest: Path } | undefined {
  const [key, ...rest] = path;
  if (typeof path[1] !== 'number') return isMap(node) ? { map: node, rest: path } : undefined;
  const items = isMap(node) && typeof key === 'string' ? ownPair(node, key)?.value : undefined;
  const [index, ...deeper] = rest;
  return isSeq(items) && typeof index === 'number' ? descend(items.items[index], deeper) : undefined;
}

/**
 * The document's text with a string put at this path, and the maps that it takes to get there; everything
 * else stays byte for byte. Undefined where the text is written in a way that a splice cannot follow.
 */
export function put(text: string, path: Path, value: string): string | undefined {
  const target = descend(oneDocument(text)?.contents, path);
  if (!target) return undefined;
  const splice = find(text, target.map, target.rest, value, styleOf(text, target.map));
  return splice && spliced(text, [splice]);
}
