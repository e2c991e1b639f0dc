import { type Document, isCollection, isMap, isNode, isPair, visit, YAMLMap } from 'yaml';
import { valueAt } from '../workloads/fields.ts';
import type { Path } from './documents.ts';
import { styleOf } from './source-text.ts';
import { isMerge } from './value.ts';
import { oneDocument } from './yaml.ts';

/**
 * Replaces aliases by what they stand for. A value that an alias
 * shares with another place cannot change in one of them only.
 */
function expandAliases(document: Document.Parsed): void {
  visit(document, {
    Alias(_key, alias) {
      const copy: unknown = alias.resolve(document)?.clone();
      return isNode(copy) ? copy : undefined;
    },
  });
  visit(document, {
    Node(_key, node) {
      if ('anchor' in node) delete node.anchor;
    },
  });
}

/**
 * Sets the nodes at this path to what `wanted` holds there,
 * from the first node on that is missing or of another kind.
 */
function assignValue(document: Document.Parsed, path: Path, wanted: unknown): void {
  let node: unknown = document.contents;
  for (const [i, key] of path.entries()) {
    if (!isCollection(node)) return;
    const here = path.slice(0, i + 1);
    const value = valueAt(wanted, here);
    const inner = node.get(key, true);
    if (i < path.length - 1 && (isMap(inner) ? inner.items.length > 0 : isCollection(inner))) node = inner;
    else if (value === undefined) return void node.delete(key);
    else return void putFirst(document, node, key, value);
  }
}

/** A new entry comes first, as splices do it. Behind a merge key it comes last: that counts over the keys before it. */
function putFirst(document: Document.Parsed, node: unknown, key: string | number, value: unknown): void {
  if (!(node instanceof YAMLMap)) return;
  if (node.items.some(isMerge)) {
    node.delete(key);
    node.add(document.createPair(key, value));
    return;
  }
  const isNew = !node.has(key);
  node.set(document.createNode(key), document.createNode(value));
  const added = isNew ? node.items.pop() : undefined;
  if (!isPair(added)) return;
  const [first] = node.items;
  // The library keeps the comment over a map's first entry with the map, so it need not move.
  if (isNode(first?.key) && first.key.spaceBefore) first.key.spaceBefore = false;
  node.items.unshift(added);
}

/**
 * The document printed anew, with what `wanted` holds at these paths. Comments
 * and order stay, aliases are replaced by their values, and the library
 * chooses the white space. This serves for texts that a splice cannot follow.
 */
export function rewrittenText(text: string, paths: readonly Path[], wanted: unknown): string | undefined {
  const document = oneDocument(text);
  if (!document || !isMap(document.contents)) return undefined;
  const { eol, step } = styleOf(text, document.contents);
  expandAliases(document);
  for (const path of paths) assignValue(document, path, wanted);
  const written = document.toString({
    lineWidth: 0,
    flowCollectionPadding: /\{ +\S/.test(text),
    indent: step.includes('\t') ? 2 : step.length,
    indentSeq: !/^( *)[^\s#-].*:[ \t]*\r?\n\1- /m.test(text),
  });
  return written.replaceAll('\n', eol);
}
