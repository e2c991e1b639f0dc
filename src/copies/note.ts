import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseJson } from '../json.ts';
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

/** Undefined: the text is not a note. */
export function parseNote(text: string | undefined): CopyNote | undefined {
  const note = parseJson(text);
  return checkNote.Check(note) ? note : undefined;
}

/** What is used of the source, according to the note. */
export function usageOf(note: CopyNote, { kind, name }: Pick<Usage, 'kind' | 'name'>): Usage {
  return { kind, name, data: note.data, binaryData: note.binaryData, except: [], required: true };
}
