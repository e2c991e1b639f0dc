import { type Document, isCollection, isNode, LineCounter, visit } from 'yaml';
import { aliasBombError, danglingAliasError, yamlError } from './errors.ts';
import { type ReadValue, readValue } from './value.ts';
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
  /** The places of keys that their map has before: kubectl takes the last one. */
  readonly doubled: readonly string[];
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

/** Line breaks of YAML 1.1 that are none in YAML 1.2: go-yaml folds them. */
const OLD_LINE_BREAK = /[\u0085\u2028\u2029]/;
const WHY_NO_LINE_BREAK =
  'kubectl takes this invisible character for a line break; write it as \\N, \\L or \\P in double quotes';
const WHY_NO_DOCUMENT = 'kubectl skips this document; begin it with ---';

/** kubectl reads a stream that begins with a brace as JSON. */
const isJson = (text: string): boolean => /^\uFEFF?\s*\{/.test(text);

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

function contentsOf(document: Document.Parsed, at: (offset: number) => string): ReadValue {
  const [error] = document.errors;
  if (error) throw yamlError(at(error.pos[0]), withoutQuote(error.message));
  const dangling = danglingAliasOffset(document);
  if (dangling !== undefined) throw danglingAliasError(at(dangling));
  try {
    document.toJS();
  } catch {
    // The only error left: aliases that expand to far more than the file holds.
    throw aliasBombError(at(document.range[0]));
  }
  const read = readValue(document);
  if (read.flaw) throw yamlError(at(read.flaw.offset), read.flaw.why);
  return read;
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
  const lineBreak = isJson(text) ? -1 : text.search(OLD_LINE_BREAK);
  if (lineBreak >= 0) throw yamlError(at(lineBreak), WHY_NO_LINE_BREAK);
  for (const [i, document] of parsed.entries()) {
    const explicit = document.directives.docStart === true;
    if (i > 0 && !explicit) throw yamlError(at(document.range[0]), WHY_NO_DOCUMENT);
    const { value, doubled } = contentsOf(document, at);
    const start = end;
    end = document.range[2];
    documents.push({
      text: text.slice(start, end),
      value,
      doubled: doubled.map(at),
      explicit,
      place: (path) => at(offsetOf(document, path)),
    });
  }
  return { name, documents, tail: text.slice(end) };
}
