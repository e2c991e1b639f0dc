import { type Marks, marksOf, objectWithMarks } from '../marks/marks.ts';
import { MARK_KEYS, MARKS } from '../marks/table.ts';
import { withValueAt } from '../workloads/fields.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ManifestDocument, Path } from './documents.ts';
import { type Edit, textWithEdits } from './edit.ts';
import { unwritableError } from './errors.ts';

/** A workload in a document, and the marks that it must carry. */
export interface Marking {
  readonly path: Path;
  readonly workload: Workload;
  readonly marks: Marks;
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

/**
 * The document's text with these marks and no other change.
 * @throws LockstepError MANIFEST_INVALID if neither gives the object meant
 */
export function textWithMarks(document: ManifestDocument, markings: readonly Marking[]): string {
  const edits = markings.flatMap(editsOf);
  if (edits.length === 0) return document.text;
  const wanted = markings.reduce(
    (data, { path, workload, marks }) => withValueAt(data, path, objectWithMarks(workload, marks)),
    document.value,
  );
  const text = textWithEdits(document, edits, wanted);
  if (text !== undefined) return text;
  throw unwritableError(document.place(markings[0]?.path ?? []));
}
