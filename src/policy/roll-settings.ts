import { goDuration } from '../duration.ts';
import { FIRST, ROLL_ON, ROLL_WINDOW, SETTLE } from '../marks/names.ts';
import { parseRollOn, type RollOn } from './roll-on.ts';
import type { Defaults, Problem } from './settings.ts';
import type { Windows } from './windows.ts';
import { parseWindows } from './windows-grammar.ts';

/** The settings of a workload that say when it rolls. All but the first concern rollouts after edits only. */
export interface RollSettings {
  readonly rollOn: RollOn;
  /** How long its sources must not have been edited, in milliseconds. Undefined: the cluster's default. */
  readonly settleMs: number | undefined;
  /** It rolls before the others. */
  readonly first: boolean;
  /** When it may roll. Undefined: the cluster's default. */
  readonly windows: Windows | undefined;
}

/** A workload that waits longer than that is rather one with a mistaken unit. */
export const MOST_SETTLE_MS = 3_600_000;

type Annotations = Readonly<Record<string, string>> | null | undefined;

/** An annotation's value, or why it does not count. */
interface Read<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

const UNSET = { value: undefined, problems: [] };
const malformed = (annotation: string, part: string, why: string) => ({
  value: undefined,
  problems: [{ annotation, part, why }],
});

function rollOnOf(annotations: Annotations, edit: boolean | undefined): Read<RollOn> {
  const text = annotations?.[ROLL_ON];
  if (text === undefined) return UNSET;
  const parsed = parseRollOn(text);
  if (parsed.kind === 'malformed') return malformed(ROLL_ON, parsed.part, parsed.why);
  const { rollOn } = parsed;
  if (edit !== false || !rollOn.includes('edit')) return { value: rollOn, problems: [] };
  // The others count: no call follows from `edit`.
  return { ...malformed(ROLL_ON, 'edit', 'is switched off in this cluster'), value: rollOn };
}

function settleOf(annotations: Annotations): Read<number> {
  const text = annotations?.[SETTLE];
  if (text === undefined) return UNSET;
  const value = goDuration(text);
  if (value !== undefined && value <= MOST_SETTLE_MS) return { value, problems: [] };
  return malformed(SETTLE, text, 'is not a duration from 0s to 1h, such as 30s');
}

function firstOf(annotations: Annotations): Read<boolean> {
  const text = annotations?.[FIRST];
  if (text === undefined) return UNSET;
  if (text === 'true' || text === 'false') return { value: text === 'true', problems: [] };
  return malformed(FIRST, text, 'is neither true nor false');
}

function windowsOf(annotations: Annotations): Read<Windows> {
  const text = annotations?.[ROLL_WINDOW];
  if (text === undefined) return UNSET;
  const parsed = parseWindows(text);
  if (parsed.kind === 'windows') return { value: parsed.windows, problems: [] };
  return malformed(ROLL_WINDOW, parsed.part, parsed.why);
}

/** Reads the annotations of a workload that say when it rolls. A malformed one does not count. */
export function rollSettingsOf(
  annotations: Annotations,
  defaults: Pick<Defaults, 'rollOn' | 'edit'>,
): RollSettings & { readonly problems: readonly Problem[] } {
  const rollOn = rollOnOf(annotations, defaults.edit);
  const settle = settleOf(annotations);
  const first = firstOf(annotations);
  const windows = windowsOf(annotations);
  return {
    rollOn: rollOn.value ?? defaults.rollOn,
    settleMs: settle.value,
    first: first.value ?? false,
    windows: windows.value,
    problems: [rollOn, settle, first, windows].flatMap(({ problems }) => problems),
  };
}
