import { copyName } from '../digest/copy.ts';
import { CONFIG_SOURCES, PINNED, parseSources } from '../policy/marks.ts';
import { parsePinned } from '../policy/pin.ts';
import type { SourceKind } from '../references/references.ts';
import { sourceId } from '../references/usage.ts';

/** The copies that a pod template's annotations name, as its pods will read them; none where they cannot be read. */
export function copiesNamedBy(
  annotations: Readonly<Record<string, string>>,
): readonly { readonly kind: SourceKind; readonly name: string }[] {
  const pinned = parsePinned(annotations[PINNED]);
  // Most templates.
  if (pinned.length === 0) return [];
  const digests = new Map(Object.entries(parseSources(annotations[CONFIG_SOURCES])));
  return pinned.flatMap(({ kind, name }) => {
    const short = digests.get(sourceId({ kind, name }));
    return short === undefined ? [] : { kind, name: copyName(name, short) };
  });
}
