import { templateMarksOf } from '../marks/marks.ts';
import type { SourceKind } from '../references/sources.ts';
import { copyName } from './name.ts';
import { pinnedSources, withDigest } from './pins.ts';

/**
 * The copies that the annotations of a pod template name, and that its pods read. None if lockstep cannot
 * parse the annotations.
 */
export function copiesNamedBy(
  annotations: Readonly<Record<string, string>>,
): readonly { readonly kind: SourceKind; readonly name: string }[] {
  const copyRefs = withDigest(pinnedSources(templateMarksOf(annotations)));
  return copyRefs.map(({ kind, name, shortDigest }) => ({ kind, name: copyName(name, shortDigest) }));
}
