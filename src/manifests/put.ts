import { isMap, isSeq, type Pair, type YAMLMap } from 'yaml';
import { nestedObject } from '../workloads/fields.ts';
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
  styleOf,
  textWithSplices,
  widthAt,
} from './source-text.ts';
import { oneDocument } from './yaml.ts';

/** The offset at which a block map begins, with the comments in front of its first entry. */
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

/** A new first entry. It comes first because no comment and no block scalar can stand in between there. */
function insertion(text: string, map: YAMLMap, key: string, entry: Entry, style: Style): Splice | undefined {
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
function filling(text: string, map: YAMLMap, pair: Pair, entry: Entry, style: Style): Splice | undefined {
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
function replacement(
  text: string,
  map: YAMLMap,
  pair: Pair,
  value: string,
  style: Style,
): Splice | undefined {
  const range = rangeOf(pair.value);
  if (!range || range.from === range.to) return undefined;
  const old = text.slice(range.from, range.to);
  const quoted =
    old.startsWith('"') || (map.flow === true && flowStyleOf(text, pair, style)?.quoted === true);
  const written = quoted ? JSON.stringify(value) : scalar(value);
  // The text of a block scalar includes the end of its last line.
  return { ...range, insert: old.endsWith('\n') ? written + style.eol : written };
}

function spliceFor(text: string, map: YAMLMap, path: Path, value: string, style: Style): Splice | undefined {
  const [key, ...rest] = path;
  if (typeof key !== 'string') return undefined;
  const entry: Entry = nestedObject(
    rest.filter((part) => typeof part === 'string'),
    value,
  );
  const pair = ownPair(map, key);
  if (!pair) return insertion(text, map, key, entry, style);
  if (rest.length === 0) return replacement(text, map, pair, value, style);
  if (isMap(pair.value) && pair.value.items.length > 0)
    return spliceFor(text, pair.value, rest, value, styleOf(text, map));
  return filling(text, map, pair, entry, style);
}

/** The object's own map. It follows the path from the root through lists and their items. */
export function objectMapAt(
  node: unknown,
  path: Path,
): { readonly map: YAMLMap; readonly rest: Path } | undefined {
  const [key, ...rest] = path;
  if (typeof path[1] !== 'number') return isMap(node) ? { map: node, rest: path } : undefined;
  const items = isMap(node) && typeof key === 'string' ? ownPair(node, key)?.value : undefined;
  const [index, ...deeper] = rest;
  return isSeq(items) && typeof index === 'number' ? objectMapAt(items.items[index], deeper) : undefined;
}

/**
 * The document's text with a string at this path. It adds the maps that lead there; everything else
 * stays byte for byte. Undefined if a splice cannot follow the way in which the text is written.
 */
export function textWithEntry(text: string, path: Path, value: string): string | undefined {
  const target = objectMapAt(oneDocument(text)?.contents, path);
  if (!target) return undefined;
  const splice = spliceFor(text, target.map, target.rest, value, styleOf(text, target.map));
  return splice && textWithSplices(text, [splice]);
}
