import { CONFIG_SOURCES, PINNED } from '../marks/marks.ts';
import type { SourceKind } from '../references/references.ts';
import { copyName } from './name.ts';
import { pinnedSources } from './pins.ts';

/** The copies that a pod template's annotations name, as its pods will read them; none where they cannot be read. */
export function copiesNamedBy(
  annotations: Readonly<Record<string, string>>,
): readonly { readonly kind: SourceKind; readonly name: string }[] {
  const marks = { pinned: annotations[PINNED], sources: annotations[CONFIG_SOURCES] };
  return pinnedSources(marks).flatMap(({ kind, name, short }) =>
    short === undefined ? [] : { kind, name: copyName(name, short) },
  );
}
