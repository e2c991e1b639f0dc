import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { sourceId, type Usage } from '../references/usage.ts';

/** The longest name of a ConfigMap or Secret. */
const LONGEST_NAME = 253;
const INFIX = '-lockstep-';

/**
 * The name of a source's copy: the source's name and the short digest of what it holds. A name that would get too long is
 * cut, and its own digest stands in for the rest: behind the infix, where no name that is whole has anything but a short
 * digest. So two sources never share the name of a copy.
 * @param short as in `config-sources`; `absent`: a name that nobody makes
 */
export function copyName(source: string, short: string): string {
  const room = LONGEST_NAME - INFIX.length - short.length;
  if (source.length <= room) return `${source}${INFIX}${short}`;
  const digits = createHash('sha256').update(source).digest('hex').slice(0, 16);
  // A name's parts end in a letter or a digit.
  const start = source.slice(0, room - digits.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}${INFIX}${digits}-${short}`;
}

const Keys = Type.Union([Type.Literal('all'), Type.Array(Type.String())]);
/** What a copy says of itself: of which source, the full digest, and over which keys that was made. */
const Note = Type.Object({ source: Type.String(), digest: Type.String(), data: Keys, binaryData: Keys });
const checkNote = Compile(Note);
export type CopyNote = Static<typeof Note>;

export function printNote(usage: Usage, digest: string): string {
  const { data, binaryData } = usage;
  return JSON.stringify({ source: sourceId(usage), digest, data, binaryData });
}

/** Undefined where the text is not a note. */
export function parseNote(text: string | undefined): CopyNote | undefined {
  try {
    const note: unknown = JSON.parse(text ?? '');
    return checkNote.Check(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** What was used of the source, as the note says. */
export function usageOf(note: CopyNote, { kind, name }: Pick<Usage, 'kind' | 'name'>): Usage {
  return { kind, name, data: note.data, binaryData: note.binaryData, except: [], required: true };
}
