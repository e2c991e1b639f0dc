import { isDeepStrictEqual } from 'node:util';
import { type Marks, marksOf, objectWithMarks } from '../marks/marks.ts';
import { MARK_KEYS, MARKS } from '../marks/table.ts';
import { withValueAt } from '../workloads/fields.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ManifestDocument, Path } from './documents.ts';
import { unwritableError } from './errors.ts';
import { textWithEntry } from './put.ts';
import { textWithoutEntry } from './remove.ts';
import { rewrittenText } from './rewrite.ts';
import { readValue } from './value.ts';
import { oneDocument } from './yaml.ts';

/** A workload in a document, and the marks that it must carry. */
export interface Marking {
  readonly path: Path;
  readonly workload: Workload;
  readonly marks: Marks;
}

interface Edit {
  readonly path: Path;
  readonly value: string | undefined;
}

/**
 * The edits for the marks that differ. Each edit puts its entry in
 * front of the one before, so the last row of the table comes first.
 */
function editsOf({ path, workload, marks }: Marking): Edit[] {
  const has = marksOf(workload);
  const changed = MARK_KEYS.filter((key) => has[key] !== marks[key]).toReversed();
  return changed.map((key) => {
    const { name, on } = MARKS[key];
    const owner = on === 'template' ? workload.kind.templatePath : [];
    return { path: [...path, ...owner, 'metadata', 'annotations', name], value: marks[key] };
  });
}

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
 * The document's text with these marks and no other change. It splices the marks into the text, and
 * reads the result to check that it gives exactly the object meant. That can fail, because anchors
 * and merge keys can make one place stand for another. Then it prints this one document anew.
 * @throws LockstepError MANIFEST_INVALID if neither gives the object meant
 */
export function textWithMarks(document: ManifestDocument, markings: readonly Marking[]): string {
  const edits = markings.flatMap(editsOf);
  if (edits.length === 0) return document.text;
  const wanted = markings.reduce(
    (data, { path, workload, marks }) => withValueAt(data, path, objectWithMarks(workload, marks)),
    document.value,
  );
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
  const paths = edits.map(({ path }) => path);
  const written = rewrittenText(document.text, paths, wanted);
  if (readsAs(written, wanted)) return written;
  const place = document.place(markings[0]?.path ?? []);
  throw unwritableError(place);
}
