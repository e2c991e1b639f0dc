import { InvalidArgumentError } from 'commander';
import { goDuration } from '../duration.ts';
import type { ValueType } from './option.ts';

interface DurationRange {
  /** In milliseconds. */
  readonly least: number;
  readonly most?: number;
  /** The sentence for a value that is not one: what is accepted, with an example. */
  readonly says: string;
}

/** A duration in the notation of Go (`2500ms`, `1m30s`); its value is in milliseconds. */
export function duration({ least, most = Number.POSITIVE_INFINITY, says }: DurationRange): ValueType<number> {
  return {
    takes: 'duration',
    parse(given) {
      const value = goDuration(given);
      if (value !== undefined && value >= least && value <= most) return value;
      throw new InvalidArgumentError(says);
    },
  };
}
