import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { keyText } from './scalars.ts';

/** What kubectl reads in a document, with offsets in its text. */
export interface ReadValue {
  readonly value: unknown;
  /** Keys that the same map has before. The last one counts. */
  readonly doubled: readonly number[];
  /** The first thing that kubectl refuses. */
  readonly flaw: Flaw | undefined;
}

export interface Flaw {
  readonly offset: number;
  readonly why: string;
}

interface Reader {
  readonly document: Document.Parsed;
  readonly doubled: Set<number>;
  readonly flaws: Flaw[];
  /** The maps and lists that are being read. An alias to one of them would have no end. */
  readonly open: Set<unknown>;
}

const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

function targetOf({ document }: Reader, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Whether a pair merges another map into its own, as `<<: *other` does. */
export const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && key.type === 'PLAIN' && key.source === '<<';

/** A key as JSON has it. go-yaml turns keys that are not strings into strings. */
function keyOf(reader: Reader, key: unknown): string {
  const target = targetOf(reader, key);
  if (isScalar(target)) {
    const text = typeof target.value === 'string' ? target.value : keyText(target.value, target.source);
    if (text !== undefined) return text;
  }
  reader.flaws.push({ offset: offsetOf(key), why: 'a key must be a string' });
  return '';
}

/** Merges maps into another one. Of several, the first one counts, and all count over the keys before them. */
function mergeInto(reader: Reader, object: object, source: unknown): void {
  const target = targetOf(reader, source);
  if (isMap(target)) readInside(reader, target, source, () => fill(reader, object, target));
  else if (isSeq(target) && !isAlias(source))
    for (const item of target.items.toReversed()) mergeInto(reader, object, item);
  else reader.flaws.push({ offset: offsetOf(source), why: 'a merge key (<<) needs a map' });
}

/** Reads the inside of a map or list, unless it is inside itself. */
function readInside(reader: Reader, node: unknown, alias: unknown, read: () => void): void {
  if (reader.open.has(node)) {
    reader.flaws.push({ offset: offsetOf(alias), why: 'an alias (*) within its own anchor (&)' });
    return;
  }
  reader.open.add(node);
  read();
  reader.open.delete(node);
}

function fill(reader: Reader, object: object, map: YAMLMap): void {
  const own = new Set<string>();
  for (const pair of map.items) {
    if (isMerge(pair)) {
      mergeInto(reader, object, pair.value);
      continue;
    }
    const key = keyOf(reader, pair.key);
    if (own.has(key)) reader.doubled.add(offsetOf(pair.key));
    own.add(key);
    // Not by assignment: a key may be `__proto__`.
    const value = toValue(reader, pair.value);
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

function toValue(reader: Reader, node: unknown): unknown {
  const target = targetOf(reader, node);
  if (isMap(target)) {
    const object = {};
    readInside(reader, target, node, () => fill(reader, object, target));
    return object;
  }
  if (isSeq(target)) {
    const list: unknown[] = [];
    readInside(reader, target, node, () => {
      for (const item of target.items) list.push(toValue(reader, item));
    });
    return list;
  }
  const value: unknown = isScalar(target) ? target.value : null;
  if (typeof value === 'number' && !Number.isFinite(value))
    reader.flaws.push({ offset: offsetOf(node), why: 'JSON has no such number' });
  return value;
}

/**
 * Reads a document as kubectl does: by go-yaml v2, and then as JSON. Unlike YAML 1.2, that takes doubled keys, turns
 * keys into strings, and lets a merge key count over the keys before it.
 * @param document well-formed, and its aliases can be expanded
 */
export function readValue(document: Document.Parsed): ReadValue {
  const reader: Reader = { document, doubled: new Set(), flaws: [], open: new Set() };
  const value = toValue(reader, document.contents);
  return { value, doubled: [...reader.doubled], flaw: reader.flaws[0] };
}
