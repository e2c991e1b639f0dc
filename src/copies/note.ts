import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseJson } from '../json.ts';
import { ANNOTATIONS_BYTES, LEFT_TO_OTHERS } from '../marks/room.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';

const Keys = Type.Union([Type.Literal('all'), Type.Array(Type.String())]);
/** The note on a copy: the id of its source, the full digest, and the keys that the digest covers. */
const Note = Type.Object({ source: Type.String(), digest: Type.String(), data: Keys, binaryData: Keys });
const checkNote = Compile(Note);
export type CopyNote = Static<typeof Note>;

export function printNote(usage: Usage, digest: string): string {
  const { data, binaryData } = usage;
  return JSON.stringify({ source: sourceId(usage), digest, data, binaryData });
}

/** The length of a full digest with the id of its key. */
const LONGEST_DIGEST = '00000000-'.length + 64;

/**
 * Whether the annotations of a copy have room for the note of this usage, whatever the source holds. The rest is the
 * annotation with the time of its last use, and whatever others add.
 */
export function hasRoomForNote(usage: Usage): boolean {
  const note = Buffer.byteLength(printNote(usage, '0'.repeat(LONGEST_DIGEST)));
  return note <= ANNOTATIONS_BYTES - LEFT_TO_OTHERS;
}

/** Undefined: the text is not a note. */
export function parseNote(text: string | undefined): CopyNote | undefined {
  const note = parseJson(text);
  return checkNote.Check(note) ? note : undefined;
}

/** What is used of the source, according to the note. */
export function usageOf(note: CopyNote, { kind, name }: Pick<Usage, 'kind' | 'name'>): Usage {
  return { kind, name, data: note.data, binaryData: note.binaryData, except: [], required: true };
}
