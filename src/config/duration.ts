import { InvalidArgumentError } from 'commander';
import { goDuration } from '../duration.ts';
import type { ValueType } from './option.ts';

interface DurationRange {
  /** In milliseconds. */
  readonly least: number;
  readonly most?: number;
  /** The error message for any other value: what is accepted, with an example. */
  readonly accepts: string;
}

/** A duration in Go's notation (`2500ms`, `1m30s`). Its value is in milliseconds. */
export function duration({
  least,
  most = Number.POSITIVE_INFINITY,
  accepts,
}: DurationRange): ValueType<number> {
  return {
    valueName: 'duration',
    parse(given) {
      const value = goDuration(given);
      if (value !== undefined && value >= least && value <= most) return value;
      throw new InvalidArgumentError(accepts);
    },
  };
}
