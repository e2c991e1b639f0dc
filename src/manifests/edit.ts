import { isDeepStrictEqual } from 'node:util';
import { valueAt, withValueAt } from '../workloads/fields.ts';
import type { ManifestDocument, Path } from './documents.ts';
import { textWithEntry } from './put.ts';
import { textWithoutEntry } from './remove.ts';
import { rewrittenText } from './rewrite.ts';
import { readValue } from './value.ts';
import { oneDocument } from './yaml.ts';

/** A string at a path. */
export interface Edit {
  readonly path: Path;
  /** Undefined: the entry goes. */
  readonly value: string | undefined;
}

/** What a document holds after an edit. */
function withEdit(data: unknown, { path, value }: Edit): unknown {
  if (value !== undefined) return withValueAt(data, path, value);
  const parent = path.slice(0, -1);
  const { [String(path.at(-1))]: _, ...rest } = Object(valueAt(data, parent));
  return withValueAt(data, parent, rest);
}

/** What a document holds after these edits. */
export const withEdits = (data: unknown, edits: readonly Edit[]): unknown => edits.reduce(withEdit, data);

function readsAs(text: string | undefined, wanted: unknown): text is string {
  if (text === undefined) return false;
  try {
    const document = oneDocument(text);
    if (!document) return false;
    // Throws if the aliases do not lead anywhere any more.
    document.toJS();
    return isDeepStrictEqual(readValue(document).value, wanted);
  } catch {
    return false;
  }
}

/**
 * The document's text with these edits and no other change. It splices them into the text, and
 * reads the result to check that it gives exactly the object meant. That can fail, because anchors
 * and merge keys can make one place stand for another. Then it prints this one document anew.
 * @param wanted the value of the document afterwards
 * @returns undefined: neither gives the object meant
 */
export function textWithEdits(
  document: ManifestDocument,
  edits: readonly Edit[],
  wanted: unknown,
): string | undefined {
  const splicedText = edits.reduce<string | undefined>(
    (text, { path, value }) =>
      text === undefined
        ? undefined
        : value === undefined
          ? textWithoutEntry(text, path)
          : textWithEntry(text, path, value),
    document.text,
  );
  if (readsAs(splicedText, wanted)) return splicedText;
  const written = rewrittenText(
    document.text,
    edits.map(({ path }) => path),
    wanted,
  );
  return readsAs(written, wanted) ? written : undefined;
}
