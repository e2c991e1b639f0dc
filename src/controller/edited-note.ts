import { EDITED } from '../marks/names.ts';
import { parseSourceList } from '../references/source-list.ts';
import { sourceId } from '../references/sources.ts';

/** What the annotation `lockstep.dev/edited` says: the last rollout that an edit has started. */
export interface EditedNote {
  /** In milliseconds since the epoch. */
  readonly atMs: number;
  /** Ids of the sources that had changed. */
  readonly moved: readonly string[];
}

/** The annotation for a rollout that begins now. */
export const editedNote = ({ atMs, moved }: EditedNote): Readonly<Record<string, string>> => ({
  [EDITED]: `${new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')} ${moved.join(',')}`,
});

/** Undefined: there is no such annotation, or somebody else has written it. */
export function parseEditedNote(
  annotations: Readonly<Record<string, string>> | null | undefined,
): EditedNote | undefined {
  const [time = '', list = '', ...more] = (annotations?.[EDITED] ?? '').split(' ');
  const atMs = Date.parse(time);
  const parsed = parseSourceList(list, { patterns: false });
  if (Number.isNaN(atMs) || more.length > 0 || parsed.kind !== 'list') return undefined;
  return { atMs, moved: parsed.entries.map(sourceId) };
}
