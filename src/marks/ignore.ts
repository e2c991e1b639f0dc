import { IGNORE } from './names.ts';

/** A warning quotes less. */
const LONGEST = 100;

/**
 * The beginning of a value, as a text of its own. A slice of a text of 256 KiB would keep all of it in memory.
 */
const beginningOf = (value: string): string => Buffer.from(value.slice(0, LONGEST)).toString();

/** The `lockstep.dev/ignore` of a source. A value that is neither `true` nor `false` counts as none. */
export function ignoreAnnotation(annotations: Readonly<Record<string, string>> | null | undefined): {
  readonly ignored: boolean;
  /** The beginning of a malformed value. Undefined: it is well-formed. */
  readonly malformed: string | undefined;
} {
  const value = annotations?.[IGNORE];
  const known = value === undefined || value === 'true' || value === 'false';
  return { ignored: value === 'true', malformed: known ? undefined : beginningOf(value) };
}
