import { type Document, isCollection, isNode, LineCounter, visit } from 'yaml';
import { aliasBombError, danglingAliasError, yamlError } from './errors.ts';
import { parseYaml } from './yaml.ts';

/** A manifest as it was read; `name` is the path that the user wrote. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** One document of a file. */
export interface ManifestDocument {
  /**
   * Its source text, with everything between it and the document
   * before. The texts of all documents add up to the file.
   */
  readonly text: string;
  readonly value: unknown;
  /** Whether it begins with `---`. */
  readonly explicit: boolean;
  /** The place of the node at this path, or of as much of the path as exists: `web.yaml:12:3`. */
  readonly place: (path: Path) => string;
}

export interface ManifestFile {
  readonly name: string;
  readonly documents: readonly ManifestDocument[];
  /** The text after the last document. */
  readonly tail: string;
}

/** The library's message without the piece of text that it quotes, because that may be a value. */
function withoutQuote(message: string): string {
  return message.replace(/(?<=\S): .*$/s, '').replace(/ \\.*$/s, '');
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.range[0];
  for (const key of [undefined, ...path]) {
    if (key !== undefined) node = isCollection(node) ? node.get(key, true) : undefined;
    if (!isNode(node)) break;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

/**
 * The offset of the first alias without an anchor before it. The library
 * would throw an error with the alias's name, which may be a value.
 */
function danglingAliasOffset(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function contentsOf(document: Document.Parsed, at: (offset: number) => string): unknown {
  const [error] = document.errors;
  if (error) throw yamlError(at(error.pos[0]), withoutQuote(error.message));
  const dangling = danglingAliasOffset(document);
  if (dangling !== undefined) throw danglingAliasError(at(dangling));
  try {
    return document.toJS();
  } catch {
    // The only error left: aliases that expand to far more than the file holds.
    throw aliasBombError(at(document.range[0]));
  }
}

/**
 * The documents of a file. It holds YAML, or JSON, which is also YAML.
 * @throws LockstepError MANIFEST_INVALID, which names file, line and column, and never quotes the text
 */
export function readDocuments({ name, text }: SourceFile): ManifestFile {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  let end = 0;
  const documents: ManifestDocument[] = [];
  for (const document of parsed) {
    const value = contentsOf(document, at);
    const start = end;
    end = document.range[2];
    documents.push({
      text: text.slice(start, end),
      value,
      explicit: document.directives.docStart === true,
      place: (path) => at(offsetOf(document, path)),
    });
  }
  return { name, documents, tail: text.slice(end) };
}
