import { InvalidArgumentError } from 'commander';
import type { ValueType } from './option.ts';

/** Any text. */
export const text = (valueName: string): ValueType<string> => ({ valueName, parse: (given) => given });

/** One or more texts; the option may also be repeated. */
export const texts = (valueName: string): ValueType<readonly string[]> => ({
  valueName: `${valueName}...`,
  parse: (given, before = []) => [...before, given],
});

/** One text; the option may be repeated. */
export const repeated = (valueName: string): ValueType<readonly string[]> => ({
  valueName,
  parse: (given, before = []) => [...before, given],
});

/** The same list, or an empty one: a chart, or an empty environment variable, gives an empty text. */
export const orNone = <T>(list: ValueType<readonly T[]>): ValueType<readonly T[]> => ({
  ...list,
  parse: (given, before) => (given.trim() === '' ? [] : list.parse(given, before)),
});

/** An option without a value: it is given or not. */
export const SWITCH: ValueType<boolean> = { valueName: '', parse: () => true };

/** One of a few words. */
export function oneOf<const T extends string>(
  words: readonly T[],
  valueName = words.join('|'),
): ValueType<T> {
  return {
    valueName,
    words,
    parse(given) {
      const found = words.find((word) => word === given);
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    },
  };
}

/** Some of a few words, with commas between them. */
export function someOf<const T extends string>(words: readonly T[]): ValueType<readonly T[]> {
  const each = oneOf(words);
  return {
    valueName: 'list',
    parse: (given) => [...new Set(given.split(',').map((word) => each.parse(word.trim(), undefined)))],
  };
}

const onOrOff = oneOf(['on', 'off']);

export const ON_OFF: ValueType<boolean> = {
  ...onOrOff,
  parse: (given) => onOrOff.parse(given, undefined) === 'on',
};

interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** The error message for anything else: what is accepted. */
  readonly accepts: string;
}

export const wholeNumber = ({ least, most, accepts }: NumberRange): ValueType<number> => ({
  valueName: 'number',
  parse(given) {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(accepts);
  },
});

export const PORT = wholeNumber({
  least: 0,
  most: 65_535,
  accepts: 'A port is a whole number from 0 (any free one) to 65535.',
});
