import { isMap, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './documents.ts';
import { objectMapAt } from './put.ts';
import {
  indentAt,
  lineEnd,
  lineStart,
  ownPair,
  type Range,
  rangeOf,
  type Splice,
  textWithSplices,
} from './source-text.ts';
import { oneDocument } from './yaml.ts';

function pairRange(pair: Pair | undefined): Range | undefined {
  const key = rangeOf(pair?.key);
  if (!key) return undefined;
  return { from: key.from, to: rangeOf(pair?.value)?.to ?? key.to };
}

function flowRemoval(map: YAMLMap, pair: Pair): Splice[] | undefined {
  const index = map.items.indexOf(pair);
  const own = pairRange(pair);
  const next = pairRange(map.items[index + 1]);
  const before = pairRange(map.items[index - 1]);
  if (!own) return undefined;
  if (next) return [{ from: own.from, to: next.from, insert: '' }];
  return [{ from: before?.to ?? own.from, to: own.to, insert: '' }];
}

function blockRemoval(text: string, parent: Pair, map: YAMLMap, pair: Pair): Splice[] | undefined {
  const own = pairRange(pair);
  const key = rangeOf(parent.key);
  if (!own || !key || indentAt(text, own.from) === undefined) return undefined;
  const lines = { from: lineStart(text, own.from), to: lineEnd(text, own.to), insert: '' };
  if (map.items.length > 1) return [lines];
  // A block map without entries would be null, so an empty map replaces it.
  const colon = /^[ \t]*:/.exec(text.slice(key.to))?.[0];
  if (colon === undefined) return undefined;
  const behind = key.to + colon.length;
  return [lines, { from: behind, to: behind, insert: ' {}' }];
}

/**
 * The document's text without the entry at this path. Everything else stays byte for
 * byte. Undefined if a splice cannot follow the way in which the text is written.
 */
export function textWithoutEntry(text: string, path: Path): string | undefined {
  const target = objectMapAt(oneDocument(text)?.contents, path);
  if (!target) return undefined;
  let parent: Pair | undefined;
  let { map } = target;
  for (const key of target.rest.slice(0, -1)) {
    parent = typeof key === 'string' ? ownPair(map, key) : undefined;
    if (!parent || !isMap(parent.value)) return undefined;
    map = parent.value;
  }
  const pair = ownPair(map, target.rest.at(-1) ?? '');
  if (!pair || !parent) return undefined;
  const splices = map.flow ? flowRemoval(map, pair) : blockRemoval(text, parent, map, pair);
  return splices && textWithSplices(text, splices);
}
