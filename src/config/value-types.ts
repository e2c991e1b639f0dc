import { InvalidArgumentError } from 'commander';
import type { ValueType } from './option.ts';

/** Text that is taken as it is. */
export const text = (takes: string): ValueType<string> => ({ takes, parse: (given) => given });

/** One or more texts; the option may also be repeated. */
export const texts = (takes: string): ValueType<readonly string[]> => ({
  takes: `${takes}...`,
  parse: (given, before = []) => [...before, given],
});

/** An option without a value: it is there or not. */
export const SWITCH: ValueType<boolean> = { takes: '', parse: () => true };

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], takes = words.join('|')): ValueType<T> {
  return {
    takes,
    parse(given) {
      const found = words.find((word) => word === given);
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    },
  };
}

const onOrOff = oneOf(['on', 'off']);

export const ON_OFF: ValueType<boolean> = {
  takes: onOrOff.takes,
  parse: (given) => onOrOff.parse(given, undefined) === 'on',
};

export const PORT: ValueType<number> = {
  takes: 'number',
  parse(given) {
    const value = Number(given);
    if (/^\d+$/.test(given) && value <= 65_535) return value;
    throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
  },
};
