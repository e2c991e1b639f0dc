import { IGNORE } from './names.ts';

/** The `lockstep.dev/ignore` of a source. A value that is neither `true` nor `false` counts as none. */
export function ignoreAnnotation(annotations: Readonly<Record<string, string>> | null | undefined): {
  readonly ignored: boolean;
  readonly malformed: string | undefined;
} {
  const value = annotations?.[IGNORE];
  const known = value === undefined || value === 'true' || value === 'false';
  return { ignored: value === 'true', malformed: known ? undefined : value };
}
