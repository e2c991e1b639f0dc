import type { Usage } from '../references/usage.ts';
import { IGNORE } from './names.ts';
import { type Compat, RELOADER } from './peers.ts';

/** A warning quotes less. */
const LONGEST = 100;

/**
 * The beginning of a value, as a text of its own. A slice of a text of 256 KiB would keep all of it in memory.
 */
const beginningOf = (value: string): string => Buffer.from(value.slice(0, LONGEST)).toString();

/** What the annotations of a source say about itself. */
export interface SourceMark {
  /** It counts for no workload. */
  readonly ignored: boolean;
  /** The beginning of a malformed `lockstep.dev/ignore`. Undefined: it is well-formed. */
  readonly malformed: string | undefined;
  /** It counts for workloads that ask for marked sources only. */
  readonly marked: boolean;
}

/**
 * The marks of a source. A `lockstep.dev/ignore` that is neither `true` nor `false` counts as none. A peer's
 * annotation of the same meaning counts only on a source without lockstep's own.
 */
export function sourceMark(
  annotations: Readonly<Record<string, string>> | null | undefined,
  compat: Compat = [],
): SourceMark {
  const value = annotations?.[IGNORE];
  const known = value === undefined || value === 'true' || value === 'false';
  const readsReloader = compat.includes('reloader');
  const isIgnoredByPeer = readsReloader && value === undefined && annotations?.[RELOADER.ignore] === 'true';
  return {
    ignored: value === 'true' || isIgnoredByPeer,
    malformed: known ? undefined : beginningOf(value),
    marked: readsReloader && annotations?.[RELOADER.match] === 'true',
  };
}

/** Whether a source with this mark counts for a workload that uses it so. */
export const counts = ({ ifMarked }: Pick<Usage, 'ifMarked'>, { ignored, marked }: SourceMark): boolean =>
  !ignored && (!ifMarked || marked);
