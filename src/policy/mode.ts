import { MODE_LABEL } from '../marks/names.ts';

/** What lockstep does with what it decides. `observe`: it tells of it, and writes nothing. */
export const MODES = ['enforce', 'observe'] as const;
export type Mode = (typeof MODES)[number];

/**
 * The mode of a namespace with these labels: its own, or else the cluster's. A malformed label counts as none, as the
 * selectors of the registration take it.
 */
export function modeOf(labels: Readonly<Record<string, string>> | null | undefined, fallback: Mode): Mode {
  const label = labels?.[MODE_LABEL];
  return MODES.find((mode) => mode === label) ?? fallback;
}

/** Why lockstep has not done what it says. */
export const OBSERVED = 'lockstep only observes in this namespace (lockstep.dev/mode)';

/** The words for what happens, or for what would happen if lockstep did not only observe. */
export const inMode = (mode: Mode, happens: string, would: string): string =>
  mode === 'observe' ? would : happens;
