import { isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import type { FlowStyle, Style } from './render.ts';

/** A piece of text that replaces the text between two offsets. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** The text with these splices made. They must not overlap. */
export function textWithSplices(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.from - a.from)
    .reduce((result, { from, to, insert }) => result.slice(0, from) + insert + result.slice(to), text);
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range of a node's own text, without anchor, tag and comment. */
export function rangeOf(node: unknown): Range | undefined {
  if (!isNode(node) || !node.range) return undefined;
  return { from: node.range[0], to: node.range[1] };
}

/** The pair with this key in the map itself, and not one from a merge key. Of several, the last one counts. */
export function ownPair(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/**
 * The offset behind the line that holds this end of a node.
 * The end of a block scalar is already behind its last line.
 */
export function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

/** The text before the offset on its line, if that is only white space. */
export function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/**
 * Spaces as wide as the text before the offset on its line. That
 * is the indentation of keys beside one that stands behind a `- `.
 */
export function widthAt(text: string, offset: number): string {
  return indentAt(text, offset) ?? ' '.repeat(offset - lineStart(text, offset));
}

/** One step of indentation, measured between a map and a map in it; two spaces if they share a line. */
function stepOf(text: string, outer: YAMLMap): string {
  for (const pair of outer.items) {
    const own = rangeOf(pair.key);
    const inner = isMap(pair.value) ? rangeOf(pair.value.items[0]?.key) : undefined;
    if (!own || !inner || indentAt(text, inner.from) === undefined) continue;
    const width = widthAt(text, own.from);
    const deeper = widthAt(text, inner.from);
    if (deeper.length > width.length && deeper.startsWith(width)) return deeper.slice(width.length);
  }
  return '  ';
}

/** The style of this text: its line ends, and its indentation as `outer` shows it. */
export function styleOf(text: string, outer: YAMLMap): Style {
  return { eol: /\r?\n/.exec(text)?.[0] ?? '\n', step: stepOf(text, outer) };
}

/** The style of a flow map's entries, as one of them shows it. */
export function flowStyleOf(text: string, pair: Pair, style: Style): FlowStyle | undefined {
  const key = rangeOf(pair.key);
  if (!key) return undefined;
  const quoted = text[key.from] === '"';
  const compact = quoted && /^:\S/.test(text.slice(key.to, key.to + 2));
  return { ...style, quoted, colon: compact ? ':' : ': ', indent: indentAt(text, key.from) };
}
