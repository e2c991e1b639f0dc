import { InvalidArgumentError } from 'commander';
import { MOST_SETTLE_MS } from '../policy/roll-settings.ts';
import type { Window } from '../policy/windows.ts';
import { parseWindows } from '../policy/windows-grammar.ts';
import { duration } from './duration.ts';
import type { ValueType } from './option.ts';
import { orNone, wholeNumber } from './value-types.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const SETTLE = duration({
  least: 0,
  most: MOST_SETTLE_MS,
  accepts: 'It is a duration from 0s to 1h, for example 5s.',
});

export const REST = duration({
  least: 0,
  most: 24 * HOUR_MS,
  accepts: 'A rest is a duration from 0s to 24h, for example 1m.',
});

/** The times of an object have steps of a second. */
export const WAIT = duration({
  least: SECOND_MS,
  most: 24 * HOUR_MS,
  accepts: 'It is a duration from 1s to 24h, for example 2m.',
});

/** A week: a longer one is rather a mistaken unit. */
export const SWEEP = duration({
  least: SECOND_MS,
  most: 168 * HOUR_MS,
  accepts: 'It is a duration from 1s to 168h, for example 1h.',
});

export const PLACES = wholeNumber({ least: 1, most: 1_000, accepts: 'It is a whole number from 1 to 1000.' });

export const WINDOWS: ValueType<readonly Window[]> = orNone({
  valueName: 'list',
  parse(given) {
    const parsed = parseWindows(given);
    if (parsed.kind === 'windows') return parsed.windows;
    throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
  },
});
